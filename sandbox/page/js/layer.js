// Things that float: popovers beside an anchor, closed by Escape, by a click elsewhere, or when their anchor is gone.
import { focusKeeper, narrow } from "./dom.js";

const layer = document.getElementById("layer");
const open = [];

// `anchor` is an element or a point {x, y}. Returns the function that closes; `onClose` runs once.
export function popover(
  node,
  { anchor, side = "below", matchWidth = false, sheet = false, onClose = () => {}, focusBack = null },
) {
  const giveBack = focusKeeper(focusBack ?? document.activeElement);
  const host = anchorHost(anchor);
  node.classList.add("popover");
  if (sheet && narrow()) node.classList.add("sheet");
  layer.hidden = false;
  host.append(node);
  const entry = { node, anchor, close };
  const place = () => position(node, { anchor, side, matchWidth });
  place();
  open.push(entry);
  const elsewhere = (event) => {
    if (
      !node.contains(event.target) &&
      !(anchor instanceof Element && anchor.contains(event.target)) &&
      !inLater(entry, event.target)
    )
      close(false);
  };
  const follow = () => (anchor instanceof Element && !anchor.isConnected ? close(false) : place());
  document.addEventListener("pointerdown", elsewhere, true);
  addEventListener("resize", follow);
  document.addEventListener("scroll", follow, true);

  function close(restore = true) {
    const at = open.indexOf(entry);
    if (at === -1) return;
    for (const later of open.splice(at + 1)) later.close(false);
    open.splice(open.indexOf(entry), 1);
    document.removeEventListener("pointerdown", elsewhere, true);
    removeEventListener("resize", follow);
    document.removeEventListener("scroll", follow, true);
    node.remove();
    if (restore) giveBack();
    if (!layer.children.length) layer.hidden = true;
    onClose();
  }
  return close;
}

export function closeAll() {
  for (const entry of [...open].reverse()) entry.close(false);
}

// A popover inside a modal dialog must live in it: everything outside of a dialog is inert.
function anchorHost(anchor) {
  const dialog = anchor instanceof Element ? anchor.closest("dialog") : null;
  return dialog ?? layer;
}

function inLater(entry, target) {
  return open.slice(open.indexOf(entry) + 1).some((later) => later.node.contains(target));
}

function position(node, { anchor, side, matchWidth }) {
  if (node.classList.contains("sheet")) return;
  const box =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y, width: 0 };
  if (matchWidth) node.style.width = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = node;
  const gap = 6;
  let left = side === "right" ? box.right + gap : box.left;
  let top = side === "right" ? box.top : side === "above" ? box.top - height - gap : box.bottom + gap;
  if (side === "right" && left + width > innerWidth - gap) left = box.left - width - gap;
  if (side === "below" && top + height > innerHeight - gap && box.top - height - gap > 0)
    top = box.top - height - gap;
  left = Math.max(gap, Math.min(left, innerWidth - width - gap));
  top = Math.max(gap, Math.min(top, innerHeight - height - gap));
  node.style.left = `${left}px`;
  node.style.top = `${top}px`;
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !open.length) return;
    event.preventDefault();
    event.stopPropagation();
    open.at(-1).close();
  },
  true,
);
