// The left side: places, channels with their threads, and who one acts as.
import { avatar } from "./avatars.js";
import { CHANNEL_ICONS } from "./choices.js";
import { button, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { nameOf } from "./state.js";
import { themeButton } from "./theme.js";

export class Sidebar {
  #rail = document.getElementById("rail");
  #channels = document.getElementById("channels");
  #self = document.getElementById("self");
  #theme = themeButton();

  constructor(app) {
    this.app = app;
    for (const type of ["loaded", "channels", "unread", "open", "person", "bot"])
      app.store.addEventListener(type, () => this.#draw());
  }

  get #inDms() {
    return this.app.store.channels.get(this.app.store.open)?.kind === "dm";
  }

  #draw() {
    const { store } = this.app;
    const key = document.activeElement?.dataset?.place ?? null;
    document.getElementById("place-name").textContent = this.#inDms ? "Direct messages" : store.guild.name;
    this.#drawRail();
    this.#drawChannels();
    this.#drawSelf();
    if (key) document.querySelector(`[data-place="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  #drawRail() {
    const { store } = this.app;
    const of = (dm) => [...store.channels.values()].filter((channel) => (channel.kind === "dm") === dm);
    const initials = store.guild.name
      .split(/\s+/)
      .map((word) => [...word][0])
      .join("")
      .slice(0, 3);
    const place = (dm, label, face) => {
      const list = of(dm);
      const mentions = list.reduce((sum, channel) => sum + (store.unread.get(channel.id)?.mentions ?? 0), 0);
      const unread = list.some((channel) => store.unread.has(channel.id));
      const here = this.#inDms === dm;
      return el(
        "div",
        { class: `place${here ? " here" : ""}${unread ? " unread" : ""}` },
        el(
          "button",
          {
            type: "button",
            class: "place-button",
            "aria-label": mentions ? `${label}, ${mentions} new` : label,
            title: label,
            "aria-current": here ? "true" : null,
            data: { place: dm ? "dms" : "guild" },
            on: { click: () => this.app.openPlace(dm) },
          },
          face,
        ),
        mentions ? el("span", { class: "badge", "aria-hidden": "true", text: mentions }) : null,
      );
    };
    fill(
      this.#rail,
      place(true, "Direct messages", icon("chat")),
      el("hr", { class: "rail-line" }),
      place(false, store.guild.name, el("span", { class: "guild-initials", text: initials })),
    );
  }

  #drawChannels() {
    const { store } = this.app;
    const shown = [...store.channels.values()].filter((channel) => (channel.kind === "dm") === this.#inDms);
    const roots = shown.filter((channel) => !channel.parent);
    const title = this.#inDms ? "Direct messages" : "Channels";
    fill(
      this.#channels,
      el("h2", { class: "channels-title", text: title }),
      el(
        "ul",
        { class: "channel-list" },
        roots.map((channel) => {
          // Closed threads leave the list, as in Discord; the forum still shows them.
          const inner = shown.filter(
            (other) => other.parent === channel.id && (!other.archived || other.id === store.open),
          );
          return el(
            "li",
            {},
            this.#row(channel),
            inner.length
              ? el(
                  "ul",
                  { class: "thread-list" },
                  inner.map((thread) => el("li", {}, this.#row(thread))),
                )
              : null,
          );
        }),
      ),
      shown.length ? null : el("p", { class: "channels-empty", text: "No direct messages yet." }),
    );
  }

  #row(channel) {
    const { store } = this.app;
    const here = channel.id === store.open;
    const count = store.unread.get(channel.id);
    const face =
      channel.kind === "dm"
        ? avatar(store.bot.user, { online: store.bot.connected })
        : icon(CHANNEL_ICONS[channel.kind]);
    const words = [
      channel.name,
      count?.mentions ? `${count.mentions} new` : count ? "unread" : null,
      channel.archived ? "closed" : null,
    ]
      .filter(Boolean)
      .join(", ");
    return el(
      "button",
      {
        type: "button",
        class: `channel${here ? " here" : ""}${count ? " unread" : ""}`,
        "aria-current": here ? "page" : null,
        "aria-label": words,
        data: { place: channel.id },
        on: { click: () => this.app.openChannel(channel.id) },
      },
      face,
      el("span", { class: "channel-name", text: channel.name }),
      channel.locked ? icon("lock") : null,
      count?.mentions ? el("span", { class: "badge", text: count.mentions }) : null,
    );
  }

  #drawSelf() {
    const { person } = this.app.store;
    const role = person.role_names.join(", ") || "no role";
    const switcher = el(
      "button",
      {
        type: "button",
        class: "self-button",
        "aria-haspopup": "menu",
        "aria-label": `You act as ${nameOf(person.user)} (${role}). Act as somebody else`,
        data: { place: "self" },
        on: { click: (event) => this.#openPeople(event.currentTarget) },
      },
      avatar(person.user, { online: true }),
      el(
        "span",
        { class: "self-words" },
        el("span", { class: "self-name", text: nameOf(person.user) }),
        el("span", {
          class: "self-role",
          text: person.administrator && !person.role_names.length ? "administrator" : role,
        }),
      ),
      icon("swap"),
    );
    fill(this.#self, switcher, this.#theme);
  }

  #openPeople(anchor) {
    const { store } = this.app;
    const items = [
      { heading: "Act as" },
      ...store.people.map((person) => ({
        label: nameOf(person.user),
        hint: person.role_names.join(", ") || (person.administrator ? "administrator" : "no role"),
        checked: person.key === store.person.key,
        radio: true,
        run: () => this.app.actAs(person.key),
      })),
      null,
      {
        label: "Refuse direct messages from the bot",
        checked: store.person.dms_closed,
        run: () => this.app.actions.refuseDms(!store.person.dms_closed),
      },
    ];
    openMenu(items, { anchor, side: "above", label: "Act as" });
  }
}

export function headerNode(channel, app) {
  const { store } = app;
  const toggle = (name, label, sign) =>
    button(
      label,
      {
        class: "icon-button",
        "aria-pressed": String(app.panel === name),
        data: { place: `panel-${name}` },
        on: { click: () => app.togglePanel(name) },
      },
      icon(sign),
    );
  const parent = channel.parent ? store.channels.get(channel.parent) : null;
  return [
    button(
      "Show the channels",
      { class: "icon-button only-narrow", id: "show-channels", on: { click: () => app.toggleLeft() } },
      icon("menu"),
    ),
    el("span", { class: "header-icon" }, icon(CHANNEL_ICONS[channel.kind])),
    el(
      "div",
      { class: "header-words" },
      parent
        ? [
            el("button", {
              type: "button",
              class: "header-parent",
              text: parent.name,
              on: { click: () => app.openChannel(parent.id) },
            }),
            icon("right"),
          ]
        : null,
      el("h1", { class: "header-name", text: channel.name }),
      channel.topic ? el("p", { class: "header-topic", title: channel.topic, text: channel.topic }) : null,
    ),
    toggle("transcript", "Raw requests", "requests"),
    toggle("members", "Member list", "people"),
  ];
}
