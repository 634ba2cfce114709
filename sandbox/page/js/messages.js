// The list of a channel's messages: grouping, days, keeping its place, moving by arrow keys.
import { loadOlder } from "./api.js";
import { announce, el, fill } from "./dom.js";
import { CHANNEL_ICONS } from "./choices.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";
import { spoken } from "./spoken.js";
import { nameOf } from "./state.js";
import { day } from "./timestamps.js";

const GROUP_MS = 7 * 60_000;
const NEAR_END = 80;

export class Messages {
  #app;
  #list = document.getElementById("messages");
  #scroller = document.getElementById("scroller");
  #intro = document.getElementById("intro");
  #pinned = true;
  #loading = false;

  constructor(app) {
    this.#app = app;
    const { store } = app;
    store.addEventListener("open", () => this.#draw());
    store.addEventListener("loaded", () => store.open && this.#draw());
    store.addEventListener("older", ({ detail }) => detail.channel === store.open && this.#drawOlder());
    store.addEventListener("message", ({ detail }) => this.#changed(detail));
    this.#scroller.addEventListener("scroll", () => this.#scrolled());
    this.#list.addEventListener("keydown", (event) => this.#keys(event));
    this.#list.addEventListener("contextmenu", (event) => this.#contextMenu(event));
    // Pictures and fonts that arrive late must not push the end out of sight.
    new ResizeObserver(() => this.#pinned && this.toEnd()).observe(this.#list);
    new ResizeObserver(() => this.#pinned && this.toEnd()).observe(this.#scroller);
  }

  toEnd() {
    this.#pinned = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  jumpTo(id) {
    const node = this.#node(id);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1500);
  }

  #node(id) {
    return this.#list.querySelector(`.message[data-id="${CSS.escape(id)}"]`);
  }

  #draw() {
    const { store } = this.#app;
    const channel = store.channels.get(store.open);
    if (!channel) return;
    fill(this.#intro, channelIntro(channel));
    const list = store.list(store.open);
    const nodes = [];
    for (const [index, message] of list.entries()) nodes.push(...this.#withDay(message, list[index - 1]));
    fill(this.#list, nodes);
    this.#list.setAttribute("aria-label", `Messages in ${channel.name}`);
    this.#makeOneReachable();
    this.toEnd();
  }

  #drawOlder() {
    const height = this.#scroller.scrollHeight;
    const top = this.#scroller.scrollTop;
    this.#draw();
    this.#pinned = false;
    this.#scroller.scrollTop = top + this.#scroller.scrollHeight - height;
  }

  #withDay(message, before) {
    const node = messageNode(message, { app: this.#app, grouped: groups(before, message) });
    const sameDay =
      before && new Date(before.timestamp).toDateString() === new Date(message.timestamp).toDateString();
    return sameDay
      ? [node]
      : [
          el(
            "li",
            { class: "day", "aria-label": day(message.timestamp) },
            el("span", { text: day(message.timestamp) }),
          ),
          node,
        ];
  }

  #changed({ channel, message, kind }) {
    const { store } = this.#app;
    if (channel !== store.open) return;
    const list = store.list(channel);
    const at = list.indexOf(message);
    if (kind === "delete" || (kind === "create" && at !== list.length - 1)) {
      this.#redrawKeepingPlace();
      return;
    }
    const node = messageNode(message, { app: this.#app, grouped: groups(list[at - 1], message) });
    if (kind === "update") {
      const old = this.#node(message.id);
      if (!old) return;
      const key = old.contains(document.activeElement)
        ? (document.activeElement.dataset.focusKey ?? "")
        : null;
      node.tabIndex = old.tabIndex;
      old.replaceWith(node);
      if (key !== null)
        (node.querySelector(`[data-focus-key="${CSS.escape(key)}"]:not(:disabled)`) ?? node).focus({
          preventScroll: true,
        });
    } else {
      this.#list.append(...this.#withDay(message, list[at - 1]));
      this.#makeOneReachable();
    }
    if (this.#pinned) this.toEnd();
    if (message.author.id !== store.person.user.id && message.note !== "sending")
      announce(`${nameOf(message.author)}: ${spoken(message, store)}`);
  }

  #redrawKeepingPlace() {
    const top = this.#scroller.scrollTop;
    const pinned = this.#pinned;
    const key = document.activeElement?.closest?.(".message")?.dataset.id ?? null;
    this.#draw();
    if (pinned) this.toEnd();
    else this.#scroller.scrollTop = top;
    if (key !== null) (this.#node(key) ?? document.getElementById("input"))?.focus({ preventScroll: true });
  }

  async #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#pinned = scrollHeight - scrollTop - clientHeight < NEAR_END;
    const { store } = this.#app;
    const list = store.list(store.open);
    if (scrollTop > 60 || this.#loading || list.length < 50 || store.exhausted.has(store.open)) return;
    this.#loading = true;
    try {
      const channel = store.open;
      const { messages, more } = await loadOlder(store.person.key, channel, list[0].id);
      store.prepend(channel, messages, more);
    } finally {
      this.#loading = false;
    }
  }

  // One message is in the tab order, the newest or the one last visited; arrow keys move between them.
  #makeOneReachable() {
    const nodes = this.#list.querySelectorAll(".message");
    if (!nodes.length) return;
    for (const node of nodes) node.tabIndex = -1;
    nodes[nodes.length - 1].tabIndex = 0;
  }

  #keys(event) {
    const node = event.target.closest(".message");
    if (!node || event.target !== node) return;
    const nodes = [...this.#list.querySelectorAll(".message")];
    const at = nodes.indexOf(node);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = nodes[Math.max(0, Math.min(to, nodes.length - 1))];
      node.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#openMenu(node, node.querySelector(".message-body"));
    }
  }

  #contextMenu(event) {
    const node = event.target.closest(".message");
    // Links and fields keep the browser's own menu.
    if (!node || event.target.closest("a, input, textarea")) return;
    event.preventDefault();
    const byKey = event.clientX === 0 && event.clientY === 0;
    this.#openMenu(
      node,
      byKey ? node.querySelector(".message-body") : { x: event.clientX, y: event.clientY },
    );
  }

  #openMenu(node, anchor) {
    const message = this.#app.store.find(node.dataset.id);
    if (message && !message.local) this.#app.openMessageMenu(message, anchor, node);
  }
}

function groups(before, message) {
  if (!before || before.author.id !== message.author.id) return false;
  if (message.sandbox?.interaction || message.message_reference?.message_id || message.local || before.local)
    return false;
  if (Boolean(before.sandbox?.ephemeral) !== Boolean(message.sandbox?.ephemeral)) return false;
  return new Date(message.timestamp) - new Date(before.timestamp) < GROUP_MS;
}

function channelIntro(channel) {
  const dm = channel.kind === "dm";
  const words = dm
    ? `This is the beginning of your direct messages with ${channel.name}.`
    : channel.kind === "thread"
      ? "The beginning of this thread."
      : `This is the beginning of the #${channel.name} channel.`;
  return el(
    "div",
    { class: "intro" },
    el("span", { class: "intro-icon" }, icon(CHANNEL_ICONS[channel.kind])),
    el("p", {
      class: "intro-name",
      text: dm || channel.kind === "thread" ? channel.name : `Welcome to #${channel.name}`,
    }),
    el("p", { class: "intro-text", text: words }),
  );
}
