// Puts the page together: loads the state, follows the events, and holds what the parts need of each other.
import { Actions } from "./actions.js";
import { Composer } from "./composer.js";
import { announce, el, fill, narrow } from "./dom.js";
import { forumNode } from "./forum.js";
import { closeAll } from "./layer.js";
import { Line } from "./line.js";
import { spoken } from "./spoken.js";
import { Messages } from "./messages.js";
import { openModal } from "./modal.js";
import { People } from "./people.js";
import { headerNode, Sidebar } from "./sidebar.js";
import { nameOf, Store } from "./state.js";
import { keepRelativeTimesFresh } from "./timestamps.js";
import { Transcript } from "./transcript.js";

const FIRST_PERSON = "ana";

class App {
  panel = null;

  constructor() {
    this.store = new Store();
    this.actions = new Actions(this.store, { openModal: (modal) => openModal(modal, this) });
    this.names = {
      user: (id) => this.#called(this.store.user(id)),
      role: (id) => this.store.role(id)?.name ?? null,
      channel: (id) => this.store.channels.get(id)?.name ?? null,
      openUser: (id, anchor) => this.openUser(id, anchor),
      openChannel: (id) => this.openChannel(id),
      openCommand: (name) => this.composer.start(name),
    };
    this.people = new People(this);
    this.sidebar = new Sidebar(this);
    this.messages = new Messages(this);
    this.composer = new Composer(this);
    this.transcript = new Transcript(this);
    this.line = new Line({
      onState: (state) => this.#loaded(state),
      onEvent: (type, data) => this.#event(type, data),
      onTrouble: (words) => this.#connection(words),
    });
    for (const type of ["open", "channels", "loaded"])
      this.store.addEventListener(type, () => this.#drawChannel());
    this.store.addEventListener("typing", () => this.#drawTyping());
    this.store.addEventListener("open", () => this.#drawTyping());
    this.store.addEventListener("bot", () => this.#drawConnection());
    this.store.addEventListener("loaded", () => this.#drawConnection());
    this.store.addEventListener("message", ({ detail }) => this.#elsewhere(detail));
    this.store.addEventListener("unread", () => this.#drawTitle());
    addEventListener("hashchange", () => this.#readAddress());
    document.getElementById("scrim").addEventListener("click", () => this.#closeSides());
    document.getElementById("skip-input").addEventListener("click", (event) => {
      event.preventDefault();
      this.composer.focus();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#closeSides());
  }

  #called(user) {
    return user ? nameOf(user) : null;
  }

  async start() {
    const { as } = this.#address();
    if (!narrow()) this.togglePanel("members");
    await this.#load(as ?? FIRST_PERSON);
    keepRelativeTimesFresh();
  }

  async actAs(key) {
    await this.#load(key);
    announce(`You act as ${nameOf(this.store.person.user)} now.`);
  }

  #load(as) {
    return this.line.open(as, { requests: this.#withRequests });
  }

  get #withRequests() {
    return this.panel === "transcript";
  }

  #loaded(state) {
    closeAll();
    this.store.replace(state);
    const wanted = this.#address().channel ?? this.store.open;
    this.openChannel(this.store.channels.has(wanted) ? wanted : this.#first(false));
  }

  #event(type, data) {
    if (type === "request") this.transcript.add([data.entry]);
    else this.store.apply(type, data);
  }

  #connection(trouble) {
    this.trouble = trouble;
    this.#drawConnection();
  }

  #drawConnection() {
    const node = document.getElementById("connection");
    const words =
      this.trouble ??
      (this.store.bot && !this.store.bot.connected
        ? `${nameOf(this.store.bot.user)} is not connected. Commands stay unanswered until it is.`
        : null);
    node.hidden = !words;
    node.textContent = words ?? "";
  }

  // Where one is stands in the address: `#as=rui&channel=123` opens a second window as somebody else.
  #address() {
    const query = new URLSearchParams(location.hash.slice(1));
    return { as: query.get("as"), channel: query.get("channel") };
  }

  #readAddress() {
    const { as, channel } = this.#address();
    if (as && as !== this.store.person?.key) this.#load(as);
    else if (channel && channel !== this.store.open && this.store.channels.has(channel))
      this.openChannel(channel);
  }

  #first(dm) {
    return (
      [...this.store.channels.values()].find(
        (channel) => (channel.kind === "dm") === dm && (dm || channel.kind === "text"),
      )?.id ?? null
    );
  }

  openPlace(dm) {
    const id = this.#first(dm);
    if (id) this.openChannel(id, { keepSides: true });
    else this.complain("There are no direct messages yet. The bot opens them.");
  }

  openChannel(id, { keepSides = false } = {}) {
    if (!this.store.channels.has(id)) return;
    closeAll();
    if (!keepSides) this.#closeSides();
    this.store.show(id);
    const hash = `#${new URLSearchParams({ as: this.store.person.key, channel: id })}`;
    if (location.hash !== hash) history.replaceState(null, "", hash);
    this.#drawTitle();
  }

  #drawTitle() {
    const calls = [...this.store.unread.values()].reduce((sum, { mentions }) => sum + mentions, 0);
    const name = this.store.channels.get(this.store.open)?.name;
    document.title = `${calls ? `(${calls}) ` : ""}${name} · Masthead sandbox`;
  }

  #drawChannel() {
    const channel = this.store.channels.get(this.store.open);
    if (!channel) {
      if (this.store.open && this.store.channels.size) this.openChannel(this.#first(false));
      return;
    }
    const header = document.getElementById("chat-header");
    const key = document.activeElement?.dataset?.place ?? null;
    fill(header, headerNode(channel, this));
    if (key?.startsWith("panel-")) header.querySelector(`[data-place="${key}"]`)?.focus();
    const forum = channel.kind === "forum";
    document.getElementById("messages").hidden = forum;
    if (forum)
      fill(
        document.getElementById("intro"),
        el("h2", { class: "forum-name", text: channel.name }),
        forumNode(channel, this),
      );
  }

  #drawTyping() {
    const people = [...(this.store.typing.get(this.store.open)?.values() ?? [])].map(({ user }) =>
      nameOf(user),
    );
    fill(
      document.getElementById("typing"),
      people.length
        ? [
            el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
            el("span", { text: `${people.join(", ")} ${people.length === 1 ? "is" : "are"} typing…` }),
          ]
        : [],
    );
  }

  // A message in another place is announced to whom it calls; one in a forum's post changes the forum's own page.
  #elsewhere({ channel, message, kind }) {
    const { name, kind: place } = this.store.channels.get(channel) ?? {};
    const calls = place === "dm" || this.store.mentionsMe(message);
    if (
      kind === "create" &&
      calls &&
      channel !== this.store.open &&
      message.author.id !== this.store.person.user.id
    )
      announce(`${nameOf(message.author)} in ${name}: ${spoken(message, this.store)}`);
    if (
      this.store.channels.get(channel)?.parent === this.store.open &&
      this.store.channels.get(this.store.open)?.kind === "forum"
    )
      this.#drawChannel();
  }

  togglePanel(name) {
    this.panel = this.panel === name ? null : name;
    document.getElementById("members").hidden = this.panel !== "members";
    document.getElementById("transcript").hidden = this.panel !== "transcript";
    document.getElementById("app").dataset.panel = this.panel ?? "";
    if (this.panel) this.#closeLeft();
    if (!this.store.person) return;
    this.#drawChannel();
    if (this.panel === "transcript") this.transcript.open();
    this.line.follow(this.store.person.key, { requests: this.#withRequests });
    this.#scrim();
  }

  toggleLeft() {
    document.getElementById("app").classList.toggle("left-open");
    this.#scrim();
    if (document.getElementById("app").classList.contains("left-open"))
      document.querySelector("#channels .here, #channels button")?.focus();
  }

  #closeLeft() {
    document.getElementById("app").classList.remove("left-open");
    this.#scrim();
  }

  #closeSides() {
    if (!narrow()) return;
    const had = document.getElementById("app").classList.contains("left-open");
    this.#closeLeft();
    if (this.panel) this.togglePanel(this.panel);
    if (had) document.getElementById("show-channels")?.focus();
  }

  #scrim() {
    const covered = document.getElementById("app").classList.contains("left-open") || this.panel !== null;
    document.getElementById("scrim").hidden = !narrow() || !covered;
  }

  openUser(id, anchor) {
    this.people.card(id, anchor);
  }

  openMessageMenu(message, anchor, focusBack) {
    this.people.messageMenu(message, anchor, focusBack);
  }

  openReactions(message, anchor) {
    this.people.reactionMenu(message, anchor);
  }

  runMenu(command, target) {
    return this.actions.menu(this.store.open, command, target);
  }

  reply(message) {
    this.composer.reply(message);
  }

  mention(user) {
    this.composer.mention(user);
  }

  jumpTo(id) {
    this.messages.jumpTo(id);
  }

  toEnd() {
    this.messages.toEnd();
  }

  complain(words) {
    if (!this.store.open) return;
    this.store.note(this.store.open, {
      note: "failed",
      content: words,
      sandbox: { by_bot: true, ephemeral: true, loading: false, interaction: null },
    });
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied.");
    } catch {
      this.complain("The browser does not allow copying here.");
    }
  }

  copyText(message) {
    return this.copy(message.content || spoken(message, this.store));
  }
}

const app = new App();
app.start();
