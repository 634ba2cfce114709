// Menus: arrow keys, Home, End, first letters, submenus. Items: {label, icon?, hint?, danger?, checked?, disabled?, run?, items?} or null for a line.
import { el, narrow } from "./dom.js";
import { icon } from "./icons.js";
import { popover } from "./layer.js";

export function openMenu(items, { anchor, label, side, focusBack }) {
  return build(items, { anchor, label, side, focusBack, closeParents: () => {} });
}

function build(items, { anchor, label, side, focusBack, closeParents, parent = null }) {
  const list = el("div", { class: "menu", role: "menu", "aria-label": label, tabindex: -1 });
  const close = popover(list, { anchor, side, sheet: true, focusBack });
  const closeAll = () => {
    close();
    closeParents();
  };
  list.append(...items.map((item) => row(item, { closeAll })));
  const rows = [...list.querySelectorAll("[role^=menuitem]")];
  const focus = (at) => rows[(at + rows.length) % rows.length]?.focus();
  list.addEventListener("keydown", (event) => {
    const at = rows.indexOf(document.activeElement);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (go !== undefined) focus(go);
    else if (event.key === "ArrowLeft" && parent) close();
    else if (event.key === "Tab") closeAll();
    else if (event.key === "ArrowRight" && rows[at]?.getAttribute("aria-haspopup")) rows[at].click();
    else if (event.key.length === 1 && /\S/.test(event.key)) byLetter(rows, at, event.key)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Placed again now that it has its size.
  dispatchEvent(new Event("resize"));
  focus(0);
  return close;
}

function byLetter(rows, at, letter) {
  const starts = (row) => row.textContent.trim().toLowerCase().startsWith(letter.toLowerCase());
  return [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find(starts);
}

function row(item, { closeAll }) {
  if (item === null) return el("div", { class: "menu-line", role: "separator" });
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation", text: item.heading });
  const checkable = item.checked !== undefined;
  const node = el(
    "button",
    {
      type: "button",
      class: `menu-item${item.danger ? " danger" : ""}`,
      role: checkable ? (item.radio ? "menuitemradio" : "menuitemcheckbox") : "menuitem",
      "aria-checked": checkable ? String(item.checked) : null,
      "aria-haspopup": item.items ? "menu" : null,
      "aria-disabled": item.disabled ? "true" : null,
      tabindex: -1,
    },
    el(
      "span",
      { class: "menu-label" },
      el("span", { text: item.label }),
      item.hint ? el("span", { class: "menu-hint", text: item.hint }) : null,
    ),
    item.items
      ? icon("right")
      : checkable && item.checked
        ? icon("check")
        : item.icon
          ? icon(item.icon)
          : null,
  );
  node.addEventListener("click", () => {
    if (item.disabled) return;
    if (item.items) {
      build(item.items, {
        anchor: node,
        label: item.label,
        side: narrow() ? "below" : "right",
        closeParents: closeAll,
        parent: node,
        focusBack: node,
      });
      return;
    }
    closeAll();
    item.run();
  });
  return node;
}
