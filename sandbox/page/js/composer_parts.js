// What stands around the message box: the answered message, files to send, why one cannot write.
import { button, el, fileSize } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./state.js";

export function placeName(channel) {
  if (channel.kind === "dm") return `@${channel.name}`;
  return channel.kind === "thread" ? channel.name : `#${channel.name}`;
}

export function closedNotice(why) {
  return el(
    "div",
    { class: "composer closed", id: "input", tabindex: -1 },
    icon("lock"),
    el("span", { text: why ?? "You cannot write here." }),
  );
}

export function replyLine(message, stop) {
  return [
    el("span", {}, "Replying to ", el("b", { text: nameOf(message.author) })),
    button("Do not reply", { class: "icon-button small", on: { click: stop } }, icon("close")),
  ];
}

export function fileChip(file, remove) {
  return el(
    "div",
    { class: "file-chip" },
    icon("file"),
    el(
      "span",
      { class: "file-words" },
      el("span", { class: "file-name", text: file.name }),
      el("span", { class: "file-size", text: fileSize(file.size) }),
    ),
    button(`Remove ${file.name}`, { class: "icon-button small", on: { click: remove } }, icon("trash")),
  );
}
