// Every element of the page is made here. Strings only ever become text nodes or attribute values,
// so nothing a bot or a person writes can turn into markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on")
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export function button(label, props = {}, ...children) {
  return el(
    "button",
    {
      type: "button",
      "aria-label": children.length ? label : null,
      title: children.length ? label : null,
      ...props,
    },
    ...(children.length ? children : [label]),
  );
}

let counter = 0;

export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

// A bot chooses these addresses: only the web's own schemes pass, never `javascript:` or `data:`.
export function webAddress(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

// Media are shown from this server only: the page makes no request to any other address.
export function ownMedia(text) {
  if (!text) return null;
  let url;
  try {
    url = new URL(text, location.href);
  } catch {
    return null;
  }
  if (!url.pathname.startsWith("/sandbox/attachments/")) return null;
  const here = url.origin === location.origin;
  const loopback =
    /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname) && url.port === location.port;
  return here || loopback ? url.pathname + url.search : null;
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["KB", "MB", "GB"];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}

export function announce(text) {
  const node = document.getElementById("announcer");
  // The same sentence twice in a row would be silent without the change in between.
  node.textContent = "";
  requestAnimationFrame(() => {
    node.textContent = text;
  });
}

// Remembers where the focus is. A message may be drawn anew meanwhile, so its place is remembered and not its node.
export function focusKeeper(node = document.activeElement) {
  const message = node?.closest?.(".message")?.dataset.id;
  const key = node?.dataset?.focusKey;
  const again = () => {
    if (!message) return null;
    const row = document.querySelector(`.message[data-id="${CSS.escape(message)}"]`);
    return (key !== undefined && row?.querySelector(`[data-focus-key="${CSS.escape(key)}"]`)) || row;
  };
  return () => {
    const target =
      node?.isConnected && node !== document.body ? node : (again() ?? document.getElementById("input"));
    target?.focus({ preventScroll: true });
  };
}

export const narrow = () => matchMedia("(max-width: 767px)").matches;
