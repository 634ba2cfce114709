// The member list, the card of a person, and what may be done with people and messages.
import { appTag, avatar } from "./avatars.js";
import { roleDot } from "./choices.js";
import { button, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { popover } from "./layer.js";
import { openMenu } from "./menu.js";
import { menus } from "./picker.js";
import { nameOf } from "./state.js";

const USER_MENU = 2;
const MESSAGE_MENU = 3;
const QUICK = ["👀", "✅", "❌", "👍", "❤️", "🎉", "❓", "🔎"];

export class People {
  #node = document.getElementById("members");

  constructor(app) {
    this.app = app;
    for (const type of ["loaded", "person", "bot"]) app.store.addEventListener(type, () => this.draw());
  }

  draw() {
    const { store } = this.app;
    const groups = new Map();
    for (const member of store.guild.members) {
      const title = member.user.bot ? "Apps" : (topRole(member, store)?.name ?? "Members");
      groups.set(title, [...(groups.get(title) ?? []), member]);
    }
    const sections = [...groups].map(([title, members]) => [
      el("h2", { class: "members-title", text: `${title} — ${members.length}` }),
      el(
        "ul",
        { class: "member-list" },
        members.map((member) => el("li", {}, this.#row(member))),
      ),
    ]);
    fill(
      this.#node,
      el(
        "div",
        { class: "panel-head" },
        el("span", { class: "panel-name", text: "Members" }),
        button(
          "Close the member list",
          { class: "icon-button", on: { click: () => this.app.togglePanel("members") } },
          icon("close"),
        ),
      ),
      el("div", { class: "members-scroll", tabindex: -1 }, sections),
    );
  }

  #row(member) {
    const { store } = this.app;
    const role = topRole(member, store);
    const online = member.user.bot ? store.bot.connected : true;
    return el(
      "button",
      {
        type: "button",
        class: `member${online ? "" : " offline"}`,
        "aria-haspopup": "dialog",
        on: {
          click: (event) => this.card(member.user.id, event.currentTarget),
          contextmenu: (event) => this.#context(event, member.user),
        },
      },
      avatar(member.user, { online }),
      el(
        "span",
        { class: "member-name" },
        el("span", { text: nameOf(member.user) }),
        member.user.bot ? appTag() : null,
      ),
      role?.color ? roleDot(role) : null,
    );
  }

  #context(event, user) {
    event.preventDefault();
    openMenu(this.#items(user), {
      anchor: { x: event.clientX, y: event.clientY },
      label: `Actions on ${nameOf(user)}`,
    });
  }

  #items(user) {
    const apps = this.#apps(user);
    const dm = this.#dmWith(user);
    return [
      {
        label: "Profile",
        run: () => this.card(user.id, document.querySelector(".member") ?? document.getElementById("input")),
      },
      { label: "Mention", icon: "at", run: () => this.app.mention(user) },
      dm ? { label: "Message", icon: "chat", run: () => this.app.openChannel(dm.id) } : undefined,
      apps.length ? { label: "Apps", items: apps } : undefined,
      null,
      { label: "Copy user ID", icon: "copy", run: () => this.app.copy(user.id) },
    ].filter((item) => item !== undefined);
  }

  #apps(user) {
    const { store } = this.app;
    const dm = store.channels.get(store.open)?.kind === "dm";
    return menus(store.commands, USER_MENU, { dm }).map((command) => ({
      label: command.name,
      hint: nameOf(store.bot.user),
      run: () => this.app.runMenu(command, user.id),
    }));
  }

  #dmWith(user) {
    return user.bot ? [...this.app.store.channels.values()].find((channel) => channel.kind === "dm") : null;
  }

  card(id, anchor) {
    const { store } = this.app;
    const user = store.user(id);
    if (!user) return;
    const member = store.member(id);
    const own = (member?.roles ?? [])
      .map((role) => store.role(role))
      .filter((role) => role && role.id !== store.guild.id);
    const apps = this.#apps(user);
    const dm = this.#dmWith(user);
    const act = (run) => () => {
      close();
      run();
    };
    const node = el(
      "div",
      { class: "user-card", role: "dialog", "aria-label": `Profile of ${nameOf(user)}` },
      el("div", { class: "card-banner" }),
      avatar(user, { size: "large" }),
      el(
        "div",
        { class: "card-body" },
        el("p", { class: "card-name" }, nameOf(user), user.bot ? appTag() : null),
        el("p", { class: "card-username", text: user.username }),
        own.length
          ? el(
              "ul",
              { class: "role-list", "aria-label": "Roles" },
              own.map((role) => el("li", { class: "role-chip" }, roleDot(role), role.name)),
            )
          : null,
      ),
      el(
        "div",
        { class: "card-actions" },
        button("Mention", { class: "button secondary", on: { click: act(() => this.app.mention(user)) } }),
        dm
          ? button("Message", {
              class: "button secondary",
              on: { click: act(() => this.app.openChannel(dm.id)) },
            })
          : null,
        apps.map((item) => button(item.label, { class: "button secondary", on: { click: act(item.run) } })),
      ),
    );
    const close = popover(node, { anchor, side: "right", sheet: true });
    node.querySelector("button").focus();
  }

  messageMenu(message, anchor, focusBack) {
    const { store, actions } = this.app;
    const dm = store.channels.get(message.channel_id)?.kind === "dm";
    const apps = message.sandbox?.ephemeral
      ? []
      : menus(store.commands, MESSAGE_MENU, { dm }).map((command) => ({
          label: command.name,
          hint: nameOf(store.bot.user),
          run: () => this.app.runMenu(command, message.id),
        }));
    const mine = message.author.id === store.person.user.id;
    const quiet = message.sandbox?.ephemeral;
    const items = [
      quiet ? undefined : { label: "Reply", icon: "reply", run: () => this.app.reply(message) },
      apps.length ? { label: "Apps", items: apps } : undefined,
      { label: "Copy text", icon: "copy", run: () => this.app.copyText(message) },
      { label: "Copy message ID", icon: "copy", run: () => this.app.copy(message.id) },
      quiet ? { label: "Dismiss message", icon: "close", run: () => actions.dismiss(message) } : undefined,
      (mine || store.person.administrator) && !quiet
        ? { label: "Delete message", icon: "trash", danger: true, run: () => actions.remove(message) }
        : undefined,
    ].filter((item) => item !== undefined);
    openMenu(items, { anchor, label: "Message actions", focusBack });
  }

  reactionMenu(message, anchor) {
    const items = QUICK.map((emoji) => ({
      label: emoji,
      run: () =>
        this.app.actions.react(
          message,
          emoji,
          !message.reactions?.some((reaction) => reaction.emoji.name === emoji && reaction.me),
        ),
    }));
    openMenu(items, { anchor, label: "Reactions" });
  }
}

// The member's role that stands highest; roles come with their position, or in its order.
function topRole(member, store) {
  return (
    store.guild.roles
      .map((role, index) => ({ role, position: role.position ?? index }))
      .filter(({ role }) => role.id !== store.guild.id && member.roles.includes(role.id))
      .sort((one, other) => other.position - one.position)[0]?.role ?? null
  );
}
