// One message as a list item: who, when, text, rich parts, reactions, what may be done with it.
import { appTag, avatar } from "./avatars.js";
import { componentNode } from "./components.js";
import { el } from "./dom.js";
import { embed } from "./embeds.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown_nodes.js";
import { attachments } from "./media.js";
import { ephemeralNote, failure, note, reactions, thinking, threadLink, toolbar } from "./message_parts.js";
import { spoken } from "./spoken.js";
import { FLAGS, nameOf } from "./state.js";
import { clock, full, stamp } from "./timestamps.js";

const SHORT = 200;

// `grouped`: it follows a message of the same author closely and shows no head of its own.
export function messageNode(message, { app, grouped }) {
  const { store } = app;
  const ephemeral = Boolean(message.sandbox?.ephemeral);
  const classes = [
    "message",
    grouped && "grouped",
    ephemeral && "ephemeral",
    store.mentionsMe(message) && "mentioned",
  ]
    .filter(Boolean)
    .join(" ");
  const node = el("li", { class: classes, tabindex: -1, data: { id: message.id } });
  const words = spoken(message, store);
  node.setAttribute("aria-label", `${nameOf(message.author)}, ${stamp(message.timestamp)}: ${words}`);
  node.append(
    ...[
      contextLine(message, app),
      el(
        "div",
        { class: "message-main" },
        grouped
          ? el("time", { class: "message-side", datetime: message.timestamp, text: clock(message.timestamp) })
          : faceButton(message, app),
        el("div", { class: "message-body" }, grouped ? null : head(message, app), body(message, app)),
      ),
      message.local ? null : toolbar(message, app),
    ].filter(Boolean),
  );
  return node;
}

function faceButton(message, app) {
  return el(
    "button",
    {
      type: "button",
      class: "face-button",
      tabindex: -1,
      "aria-hidden": "true",
      on: { click: (event) => app.openUser(message.author.id, event.currentTarget) },
    },
    avatar(message.author),
  );
}

function head(message, app) {
  const person = message.author;
  return el(
    "div",
    { class: "message-head" },
    el(
      "h2",
      { class: "message-author" },
      el("button", {
        type: "button",
        class: "author-name",
        text: nameOf(person),
        data: { focusKey: "author" },
        on: { click: (event) => app.openUser(person.id, event.currentTarget) },
      }),
    ),
    person.bot ? appTag() : null,
    el("time", {
      class: "message-time",
      datetime: message.timestamp,
      title: full(message.timestamp),
      text: stamp(message.timestamp),
    }),
    message.flags & FLAGS.SILENT
      ? el(
          "span",
          { class: "silent", title: "Sent without a notification", "aria-label": "silent", role: "img" },
          icon("bell"),
        )
      : null,
  );
}

// Menus carry their plain name, slash commands theirs with the slash.
function called(name, store) {
  const menu = store.commands.some((command) => command.name === name && command.type !== 1);
  return menu ? name : `/${name}`;
}

// "Ana used /check" or the message that is answered.
function contextLine(message, app) {
  const used = message.sandbox?.interaction;
  if (used) {
    const label = used.name
      ? el("span", { class: "context-command", text: called(used.name, app.store) })
      : null;
    return el(
      "div",
      { class: "context-line" },
      el("span", { class: "context-hook", "aria-hidden": "true" }),
      avatar(used.user, { size: "tiny" }),
      el("span", { class: "context-name", text: nameOf(used.user) }),
      el("span", { text: " used " }),
      label,
    );
  }
  const reference = message.message_reference?.message_id;
  if (!reference || message.type !== 19) return null;
  const answered = message.referenced_message ?? app.store.find(reference);
  const line = answered
    ? [
        avatar(answered.author, { size: "tiny" }),
        el("span", { class: "context-name", text: `@${nameOf(answered.author)}` }),
        el("span", { class: "context-text", text: spoken(answered, app.store).slice(0, SHORT) }),
      ]
    : [el("em", { text: "Original message was deleted" })];
  return el(
    "button",
    {
      type: "button",
      class: "context-line reply",
      "aria-label": answered
        ? `Answer to ${nameOf(answered.author)}: show that message`
        : "The answered message was deleted",
      on: { click: () => app.jumpTo(reference) },
    },
    el("span", { class: "context-hook", "aria-hidden": "true" }),
    line,
  );
}

function body(message, app) {
  const scene = { ...app, message };
  if (message.note) return [note(message), ephemeralNote(message, app)];
  if (message.sandbox?.loading)
    return [thinking(message), message.sandbox.ephemeral ? ephemeralNote(message, app) : null];
  const second = Boolean(message.flags & FLAGS.COMPONENTS_V2);
  const edited = message.edited_timestamp
    ? el("span", { class: "edited", title: full(message.edited_timestamp), text: "(edited)" })
    : null;
  const text =
    !second && message.content
      ? el("div", { class: "content" }, markdown(message.content, app.names), edited)
      : null;
  const shownEmbeds = message.flags & FLAGS.SUPPRESS_EMBEDS ? [] : (message.embeds ?? []);
  return [
    text,
    second ? null : attachments(message.attachments ?? []),
    shownEmbeds.map((data) => embed(data, app.names)),
    message.components?.length
      ? el(
          "div",
          { class: second ? "components second" : "components" },
          message.components.map((component) => componentNode(component, scene)),
        )
      : null,
    text || !edited ? null : edited,
    failure(message, app),
    reactions(message, app),
    threadLink(message, app),
    message.sandbox?.ephemeral ? ephemeralNote(message, app) : null,
  ];
}
