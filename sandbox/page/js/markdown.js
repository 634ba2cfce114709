// Discord's markdown as a tree of blocks. Block kinds: text, heading, subtext, quote, list, code.
// A hand-written scanner: no expression here can be made to run away by a hostile message.
import { parseInline } from "./inline.js";

const FENCE = "```";
const MAX_DEPTH = 12;

// `limited` is what embed titles and field names show: inline marks only.
export function parse(text, { limited = false } = {}) {
  if (limited) return [{ kind: "text", inline: parseInline(text) }];
  return parseBlocks(text.replace(/\r\n?/g, "\n"), 0);
}

function parseBlocks(text, depth) {
  const blocks = [];
  let pending = "";
  const flush = () => {
    if (pending !== "") blocks.push({ kind: "text", inline: parseInline(pending) });
    pending = "";
  };
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    const block = depth < MAX_DEPTH ? blockAt(text, at, end, line, depth) : null;
    if (block) {
      // The line break before a block belongs to the block: it would show as an empty line otherwise.
      pending = pending.replace(/\n$/, "");
      flush();
      blocks.push(block.node);
      at = block.next;
      continue;
    }
    const fence = fenceIn(text, at, end);
    if (fence) {
      pending += text.slice(at, fence.start);
      flush();
      blocks.push(fence.node);
      at = fence.next;
      continue;
    }
    pending += text.slice(at, Math.min(end + 1, text.length));
    at = end + 1;
  }
  flush();
  return blocks;
}

function lineEnd(text, from) {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function blockAt(text, at, end, line, depth) {
  const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
  if (heading)
    return {
      node: { kind: "heading", level: heading[1].length, inline: parseInline(heading[2].trimEnd()) },
      next: end + 1,
    };
  if (line.startsWith("-# ") && line.length > 3)
    return { node: { kind: "subtext", inline: parseInline(line.slice(3)) }, next: end + 1 };
  if (line.startsWith(">>> "))
    return { node: { kind: "quote", blocks: parseBlocks(text.slice(at + 4), depth + 1) }, next: text.length };
  if (line.startsWith("> ")) return quote(text, at, depth);
  if (bullet(line)) return list(text, at, depth);
  return null;
}

function quote(text, at, depth) {
  const lines = [];
  let next = at;
  while (next < text.length && text.startsWith("> ", next)) {
    const end = lineEnd(text, next);
    lines.push(text.slice(next + 2, end));
    next = end + 1;
  }
  return { node: { kind: "quote", blocks: parseBlocks(lines.join("\n"), depth + 1) }, next };
}

function bullet(line) {
  const mark = /^( *)([-*]|\d{1,9}\.) +(\S.*)$/.exec(line);
  if (!mark) return null;
  const ordered = mark[2].endsWith(".");
  return {
    indent: mark[1].length,
    ordered,
    number: ordered ? Number.parseInt(mark[2], 10) : null,
    text: mark[3],
  };
}

function list(text, at, depth) {
  const first = bullet(text.slice(at, lineEnd(text, at)));
  const node = { kind: "list", ordered: first.ordered, start: first.number, items: [] };
  let next = at;
  while (next < text.length) {
    const end = lineEnd(text, next);
    const line = text.slice(next, end);
    const mark = bullet(line);
    if (mark && mark.indent >= first.indent + 2 && node.items.length && depth < MAX_DEPTH) {
      const inner = list(text, next, depth + 1);
      node.items.at(-1).push(inner.node);
      next = inner.next;
      continue;
    }
    if (
      mark &&
      mark.indent <= first.indent + 1 &&
      mark.indent >= first.indent &&
      mark.ordered === first.ordered
    ) {
      node.items.push([{ kind: "text", inline: parseInline(mark.text) }]);
    } else if (!mark && /^ {2,}\S/.test(line)) {
      node.items.at(-1).push({ kind: "text", inline: parseInline(line.trim()) });
    } else {
      break;
    }
    next = end + 1;
  }
  return { node, next };
}

// A fence may open in the middle of a line; without its end it is plain text.
function fenceIn(text, at, end) {
  const start = text.indexOf(FENCE, at);
  if (start === -1 || start >= end) return null;
  const close = text.indexOf(FENCE, start + 3);
  if (close === -1 || close === start + 3) return null;
  const inside = text.slice(start + 3, close);
  const language = /^([\w+#.-]{1,32})\n/.exec(inside);
  const code = (language ? inside.slice(language[0].length) : inside.replace(/^\n/, "")).replace(/\n$/, "");
  const after = close + 3;
  return {
    start,
    next: text[after] === "\n" ? after + 1 : after,
    node: { kind: "code", language: language?.[1] ?? null, text: code },
  };
}
