// The inside of a line: emphasis, code, spoilers, links, mentions, timestamps.

const MARKS = [
  ["***", ["strong", "em"]],
  ["**", ["strong"]],
  ["__", ["underline"]],
  ["~~", ["strike"]],
  ["||", ["spoiler"]],
  ["*", ["em"]],
  ["_", ["em"]],
];
const STARTERS = new Set("\\`*_~|<[h@");
const MAX_DEPTH = 16;

const WORD = /[\p{L}\p{N}]/u;
const PUNCTUATION = /[^\p{L}\p{N}\s]/u;

const TAGS = [
  [/<@!?(\d{1,20})>/y, (m) => ({ kind: "user", id: m[1] })],
  [/<@&(\d{1,20})>/y, (m) => ({ kind: "role", id: m[1] })],
  [/<#(\d{1,20})>/y, (m) => ({ kind: "channel", id: m[1] })],
  [/<\/([^\n:>]{1,100}):(\d{1,20})>/y, (m) => ({ kind: "command", name: m[1], id: m[2] })],
  [/<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y, (m) => ({ kind: "time", at: Number(m[1]), style: m[2] ?? "f" })],
  [/<a?:(\w{2,32}):(\d{1,20})>/y, (m) => ({ kind: "emoji", name: m[1] })],
  [
    /<(https?:\/\/[^\s<>]{1,2000})>/y,
    (m) => ({ kind: "link", url: m[1], inline: [{ kind: "plain", text: m[1] }] }),
  ],
];

export function parseInline(text, depth = 0, insideLink = false) {
  const nodes = [];
  let plain = "";
  const push = (node) => {
    if (plain) nodes.push({ kind: "plain", text: plain });
    plain = "";
    nodes.push(node);
  };
  let at = 0;
  while (at < text.length) {
    const found = STARTERS.has(text[at]) ? special(text, at, depth, insideLink) : null;
    if (!found) {
      plain += text[at];
      at += 1;
    } else if (typeof found.node === "string") {
      plain += found.node;
      at = found.next;
    } else {
      push(found.node);
      at = found.next;
    }
  }
  if (plain) nodes.push({ kind: "plain", text: plain });
  return nodes;
}

function special(text, at, depth, insideLink) {
  switch (text[at]) {
    case "\\":
      return at + 1 < text.length && PUNCTUATION.test(text[at + 1]) && text.charCodeAt(at + 1) < 128
        ? { node: text[at + 1], next: at + 2 }
        : null;
    case "`":
      return code(text, at);
    case "<":
      return tag(text, at);
    case "[":
      return insideLink ? null : maskedLink(text, at, depth);
    case "h":
      return insideLink ? null : bareLink(text, at);
    case "@":
      return everyone(text, at);
    default:
      return depth < MAX_DEPTH ? mark(text, at, depth, insideLink) : null;
  }
}

function runLength(text, at) {
  let end = at;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

function code(text, at) {
  const run = runLength(text, at);
  let close = text.indexOf("`", at + run);
  while (close !== -1) {
    const closing = runLength(text, close);
    if (closing === run) {
      const inside = text.slice(at + run, close);
      const shown = run > 1 ? inside.replace(/^ (?=`)/, "").replace(/(?<=`) $/, "") : inside;
      return { node: { kind: "code", text: shown }, next: close + run };
    }
    close = text.indexOf("`", close + closing);
  }
  return { node: text.slice(at, at + run), next: at + run };
}

function tag(text, at) {
  for (const [pattern, build] of TAGS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: build(match), next: pattern.lastIndex };
  }
  return null;
}

function everyone(text, at) {
  const match = /@(everyone|here)\b/y;
  match.lastIndex = at;
  const found = match.exec(text);
  return found ? { node: { kind: "everyone", text: found[0] }, next: match.lastIndex } : null;
}

function bareLink(text, at) {
  const pattern = /https?:\/\/[^\s<]{1,2000}/y;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match || (at > 0 && WORD.test(text[at - 1]))) return null;
  let url = match[0].split("](", 1)[0];
  // A sentence's own punctuation is no part of the address; a closing bracket is when it was opened in it.
  for (;;) {
    const last = url.at(-1);
    if (/[.,:;"'!?\]*_~|]/.test(last) || (last === ")" && count(url, "(") < count(url, ")")))
      url = url.slice(0, -1);
    else break;
  }
  return url.length > 8
    ? { node: { kind: "link", url, inline: [{ kind: "plain", text: url }] }, next: at + url.length }
    : null;
}

function count(text, character) {
  return text.split(character).length - 1;
}

function maskedLink(text, at, depth) {
  let level = 0;
  let close = at;
  for (; close < text.length && text[close] !== "\n"; close += 1) {
    if (text[close] === "[") level += 1;
    else if (text[close] === "]" && (level -= 1) === 0) break;
  }
  if (text[close] !== "]" || text[close + 1] !== "(") return null;
  const target = /\(<?(https?:\/\/[^\s<>]+?)>?(?: +"([^"\n]*)")?\)/y;
  target.lastIndex = close + 1;
  const match = target.exec(text);
  const label = text.slice(at + 1, close);
  // Discord leaves a link alone whose label pretends to be another address.
  if (!match || !label.trim() || /https?:\/\//.test(label)) return null;
  let url = match[1];
  let next = target.lastIndex;
  // The pattern stops at the first bracket; take balanced ones along.
  while (count(url, "(") > count(url, ")") && text[next] === ")") {
    url += ")";
    next += 1;
  }
  return {
    node: { kind: "link", url, title: match[2] ?? null, inline: parseInline(label, depth + 1, true) },
    next,
  };
}

function mark(text, at, depth, insideLink) {
  const run = runLength(text, at);
  if (run > 3) return { node: text.slice(at, at + run), next: at + run };
  for (const [delimiter, kinds] of MARKS) {
    if (!text.startsWith(delimiter, at)) continue;
    const from = at + delimiter.length;
    if (delimiter === "*" && (from >= text.length || /\s/.test(text[from]))) continue;
    if (delimiter === "_" && at > 0 && WORD.test(text[at - 1])) continue;
    const close = closing(text, from, delimiter);
    if (close === -1) continue;
    const inline = parseInline(text.slice(from, close), depth + 1, insideLink);
    const node = kinds.reduceRight(
      (inner, kind) => ({ kind, inline: Array.isArray(inner) ? inner : [inner] }),
      inline,
    );
    return { node, next: close + delimiter.length };
  }
  // Pass over the whole run, so that `____` is not tried four times.
  return { node: text.slice(at, at + run), next: at + run };
}

// The place where `delimiter` closes, or -1. Code and escaped characters are passed over.
function closing(text, from, delimiter) {
  const sign = delimiter[0];
  let at = from;
  while (at < text.length) {
    if (text[at] === "\\") {
      at += 2;
      continue;
    }
    if (text[at] === "`") {
      at = code(text, at).next;
      continue;
    }
    if (text[at] !== sign) {
      at += 1;
      continue;
    }
    const run = runLength(text, at);
    const place = closesHere(text, at, run, delimiter);
    if (place !== -1 && place > from) return place;
    at += run;
  }
  return -1;
}

function closesHere(text, at, run, delimiter) {
  const length = delimiter.length;
  if (delimiter === "*" || delimiter === "_") {
    // `**` inside `*…*` is strong text of its own; a run of three closes both.
    if (run === 2) return -1;
    const place = at + run - 1;
    if (delimiter === "*") return /\s/.test(text[at - 1]) ? -1 : place;
    return place + 1 < text.length && WORD.test(text[place + 1]) ? -1 : place;
  }
  return run >= length ? at + run - length : -1;
}
