// A message as one line of words without marks: for labels, previews of answers, announcements.
import { parse } from "./markdown.js";
import { nameOf } from "./state.js";
import { timestamp } from "./timestamps.js";

const LONGEST = 400;

export function spoken(message, store) {
  if (message.sandbox?.loading) return "is thinking";
  const written = [
    message.content,
    ...(message.embeds ?? []).flatMap((data) => [data.title, data.description]),
    ...texts(message.components ?? []),
  ].filter(Boolean);
  const parts = [
    ...written.map((text) => blocks(parse(text), store)),
    ...(message.attachments ?? []).map((file) => file.filename),
  ];
  return parts.join(" ").replace(/\s+/g, " ").trim().slice(0, LONGEST);
}

function texts(components) {
  return components.flatMap((component) => [component.content, ...texts(component.components ?? [])]);
}

function blocks(list, store) {
  return list.map((block) => blockWords(block, store)).join(" ");
}

function blockWords(block, store) {
  if (block.kind === "code") return block.text;
  if (block.kind === "quote") return blocks(block.blocks, store);
  if (block.kind === "list") return block.items.map((item) => blocks(item, store)).join(" ");
  return block.inline.map((node) => words(node, store)).join("");
}

function words(node, store) {
  switch (node.kind) {
    case "user": {
      const user = store.user(node.id);
      return `@${user ? nameOf(user) : "unknown-user"}`;
    }
    case "role":
      return `@${store.role(node.id)?.name ?? "unknown-role"}`;
    case "channel":
      return `#${store.channels.get(node.id)?.name ?? "unknown"}`;
    case "command":
      return `/${node.name}`;
    case "time":
      return timestamp(node.at, node.style).text;
    case "emoji":
      return `:${node.name}:`;
    case "spoiler":
      return "(spoiler)";
    default:
      return node.inline ? node.inline.map((inner) => words(inner, store)).join("") : node.text;
  }
}
