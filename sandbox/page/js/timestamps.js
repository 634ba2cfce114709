// `<t:…>` in the reader's own zone and language, as Discord shows it.

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" },
  S: {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  },
};

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const formats = new Map();

function format(style) {
  if (!formats.has(style)) formats.set(style, new Intl.DateTimeFormat(undefined, STYLES[style]));
  return formats.get(style);
}

const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export function relative(seconds, now = Date.now() / 1000) {
  const difference = seconds - now;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(difference) >= length) ?? UNITS.at(-1);
  return relativeFormat.format(Math.round(difference / size), unit);
}

// JavaScript's dates end 8.64e12 seconds from 1970; beyond them the number itself is shown.
export function timestamp(seconds, style) {
  if (Math.abs(seconds) > 8.64e12) return { text: "Invalid Date", title: null, iso: null };
  const date = new Date(seconds * 1000);
  const text = style === "R" ? relative(seconds) : format(style).format(date);
  return { text, title: format("F").format(date), iso: date.toISOString() };
}

export function clock(iso) {
  return format("t").format(new Date(iso));
}

export function day(iso) {
  return format("D").format(new Date(iso));
}

export function full(iso) {
  return format("F").format(new Date(iso));
}

// What stands beside a name: the hour today, "Yesterday at", else the date and the hour.
export function stamp(iso) {
  const date = new Date(iso);
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return clock(iso);
  if (date.toDateString() === yesterday.toDateString()) return `Yesterday at ${clock(iso)}`;
  return `${format("d").format(date)} ${clock(iso)}`;
}

// Ages grow while the page is open.
export function keepRelativeTimesFresh() {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-relative]")) {
      node.textContent = relative(Number(node.dataset.relative));
    }
  }, 10_000);
}
