// The small parts under a message's text: waiting, failures, reactions, its thread, its toolbar.
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./state.js";

export function thinking(message) {
  return el(
    "div",
    { class: "thinking" },
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el("span", { text: `${nameOf(message.author)} is thinking…` }),
  );
}

export function note(message) {
  if (message.note === "sending")
    return el(
      "div",
      { class: "thinking" },
      el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
      el("span", { text: "Sending command…" }),
    );
  return el("div", { class: "failed-note" }, icon("warning"), el("span", { text: message.content }));
}

export function ephemeralNote(message, app) {
  if (message.note === "sending") return null;
  return el(
    "div",
    { class: "ephemeral-note" },
    icon("eye"),
    el("span", { text: "Only you can see this" }),
    el("span", { "aria-hidden": "true", text: "•" }),
    el("button", {
      type: "button",
      class: "text-link",
      text: "Dismiss message",
      data: { focusKey: "dismiss" },
      on: { click: () => app.actions.dismiss(message) },
    }),
  );
}

export function failure(message, app) {
  const words = app.actions.failureOf(message);
  return words
    ? el(
        "div",
        { class: "failed-note small", title: words },
        icon("warning"),
        el("span", { text: "This interaction failed" }),
        el("span", { class: "failed-why", text: words }),
      )
    : null;
}

export function reactions(message, app) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => {
      const emoji = reaction.emoji.name;
      return el(
        "button",
        {
          type: "button",
          class: `reaction${reaction.me ? " mine" : ""}`,
          "aria-pressed": String(reaction.me),
          "aria-label": `${emoji}, ${reaction.count} ${reaction.count === 1 ? "reaction" : "reactions"}`,
          data: { focusKey: `react ${emoji}` },
          on: { click: () => app.actions.react(message, emoji, !reaction.me) },
        },
        el("span", { class: "emoji", text: emoji }),
        el("span", { text: reaction.count }),
      );
    }),
  );
}

// A thread started on a message has the message's id.
export function threadLink(message, app) {
  const thread = app.store.channels.get(message.id);
  if (!thread || thread.id === message.channel_id) return null;
  return el(
    "button",
    { type: "button", class: "thread-link", on: { click: () => app.openChannel(thread.id) } },
    icon("thread"),
    el("span", { class: "thread-name", text: thread.name }),
    el("span", { class: "thread-more", text: "See the thread" }),
    icon("right"),
  );
}

export function toolbar(message, app) {
  const more = button(
    "More: apps, copy, delete",
    {
      class: "icon-button",
      "aria-haspopup": "menu",
      data: { focusKey: "more" },
      on: { click: (event) => app.openMessageMenu(message, event.currentTarget) },
    },
    icon("more"),
  );
  const quiet = message.sandbox?.ephemeral;
  return el(
    "div",
    { class: "toolbar", role: "group", "aria-label": "Message actions" },
    quiet
      ? null
      : button(
          "Add a reaction",
          {
            class: "icon-button",
            "aria-haspopup": "menu",
            data: { focusKey: "react" },
            on: { click: (event) => app.openReactions(message, event.currentTarget) },
          },
          icon("smile"),
        ),
    quiet
      ? null
      : button(
          "Reply",
          { class: "icon-button", data: { focusKey: "reply" }, on: { click: () => app.reply(message) } },
          icon("reply"),
        ),
    more,
  );
}
