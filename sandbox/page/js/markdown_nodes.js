// The tree of markdown.js as elements. Text is set as text, links are checked for their scheme.
import { el, webAddress } from "./dom.js";
import { icon } from "./icons.js";
import { parse } from "./markdown.js";
import { timestamp } from "./timestamps.js";

const TAGS = { strong: "strong", em: "em", underline: "u", strike: "s" };

// `names` tells how people, roles, channels and commands are called: {user, role, channel, openChannel, openUser, openCommand}.
export function markdown(text, names, { limited = false } = {}) {
  return el(
    "div",
    { class: "md", dir: "auto" },
    parse(text, { limited }).map((block) => blockNode(block, names)),
  );
}

export function inlineMarkdown(text, names) {
  return parse(text, { limited: true }).flatMap((block) => inlineNodes(block.inline, names));
}

function blockNode(block, names) {
  switch (block.kind) {
    case "heading":
      // One level for all three: a message is one item under the channel's heading, its parts do not nest.
      return el("h3", { class: `md-heading md-heading-${block.level}` }, inlineNodes(block.inline, names));
    case "subtext":
      return el("div", { class: "md-subtext" }, inlineNodes(block.inline, names));
    case "quote":
      return el(
        "blockquote",
        { class: "md-quote" },
        el(
          "div",
          {},
          block.blocks.map((inner) => blockNode(inner, names)),
        ),
      );
    case "list":
      return listNode(block, names);
    case "code":
      return el(
        "pre",
        {
          class: "md-pre",
          tabindex: 0,
          "aria-label": block.language ? `Code, ${block.language}` : "Code",
          role: "region",
        },
        el("code", { text: block.text }),
      );
    default:
      return el("span", { class: "md-text" }, inlineNodes(block.inline, names));
  }
}

function listNode(block, names) {
  const items = block.items.map((blocks) =>
    el(
      "li",
      {},
      blocks.map((inner) => blockNode(inner, names)),
    ),
  );
  return block.ordered
    ? el("ol", { class: "md-list", start: block.start }, items)
    : el("ul", { class: "md-list" }, items);
}

function inlineNodes(nodes, names) {
  return nodes.map((node) => inlineNode(node, names));
}

function inlineNode(node, names) {
  switch (node.kind) {
    case "plain":
      return document.createTextNode(node.text);
    case "code":
      return el("code", { class: "md-code", text: node.text });
    case "spoiler":
      return spoiler(node, names);
    case "link":
      return link(node, names);
    case "time":
      return time(node);
    case "user":
      return mention(
        `@${names.user(node.id) ?? "unknown-user"}`,
        names.user(node.id) ? (event) => names.openUser(node.id, event.currentTarget) : null,
      );
    case "role":
      return el("span", { class: "mention", text: `@${names.role(node.id) ?? "unknown-role"}` });
    case "channel":
      return mention(
        `#${names.channel(node.id) ?? "unknown"}`,
        names.channel(node.id) ? () => names.openChannel(node.id) : null,
      );
    case "command":
      return mention(`/${node.name}`, () => names.openCommand(node.name, node.id));
    case "everyone":
      return el("span", { class: "mention", text: node.text });
    case "emoji":
      return document.createTextNode(`:${node.name}:`);
    default:
      return el(TAGS[node.kind], {}, inlineNodes(node.inline, names));
  }
}

function mention(text, open) {
  if (!open) return el("span", { class: "mention", text });
  return el("button", { type: "button", class: "mention", text, on: { click: open } });
}

function time(node) {
  const { text, title, iso } = timestamp(node.at, node.style);
  return el("time", {
    class: "md-time",
    datetime: iso,
    title,
    text,
    data: node.style === "R" ? { relative: node.at } : {},
  });
}

function link(node, names) {
  const address = webAddress(node.url);
  const inside = inlineNodes(node.inline, names);
  if (!address) return el("span", {}, inside);
  return el(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: node.title ?? address },
    inside,
  );
}

function spoiler(node, names) {
  const content = el(
    "span",
    { class: "spoiler-text", "aria-hidden": "true" },
    inlineNodes(node.inline, names),
  );
  const cover = el(
    "button",
    { type: "button", class: "spoiler-cover", "aria-label": "Spoiler: show it" },
    icon("eye"),
  );
  const box = el("span", { class: "spoiler" }, content, cover);
  content.inert = true;
  cover.addEventListener("click", () => {
    box.classList.add("shown");
    content.removeAttribute("aria-hidden");
    content.inert = false;
    cover.remove();
  });
  return box;
}
