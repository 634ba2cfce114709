// A message as one line of words: for labels, previews of answers, announcements.
import { nameOf } from "./state.js";

const LONGEST = 400;

export function spoken(message, store) {
  if (message.sandbox?.loading) return "is thinking";
  const parts = [
    message.content,
    ...(message.embeds ?? []).flatMap((data) => [data.title, data.description]),
    ...texts(message.components ?? []),
    ...(message.attachments ?? []).map((file) => file.filename),
  ];
  return parts
    .filter(Boolean)
    .join(" ")
    .replace(/<@!?(\d+)>/g, (_whole, id) => `@${store.user(id) ? nameOf(store.user(id)) : "unknown"}`)
    .replace(/<t:\d+(:\w)?>/g, "")
    .replace(/[*_`#|~>]+/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST);
}

function texts(components) {
  return components.flatMap((component) => [component.content, ...texts(component.components ?? [])]);
}
