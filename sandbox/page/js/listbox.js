// A list of choices under the control of a text field or a button that keeps the focus (combobox pattern).
import { el, uniqueId } from "./dom.js";

// Items: {node | label, hint?, group?, selected?, value}. The owner element gets aria-activedescendant.
export class Listbox {
  #items = [];
  #rows = [];
  #active = -1;
  #pick;

  constructor({ owner, label, onPick, multiple = false }) {
    this.owner = owner;
    this.#pick = onPick;
    this.node = el("div", {
      class: "listbox",
      role: "listbox",
      id: uniqueId("list"),
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
      // A long list under a combobox is scrolled by its arrow keys; under a text area it must be reachable itself.
      tabindex: owner.getAttribute("role") === "combobox" ? null : 0,
    });
    // The owner keeps the focus while somebody clicks in the list.
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
    owner.setAttribute("aria-controls", this.node.id);
  }

  show(items, { active = 0 } = {}) {
    this.#items = items;
    this.#rows = [];
    const children = [];
    let group = null;
    for (const [index, item] of items.entries()) {
      if (item.group && item.group !== group) {
        group = item.group;
        children.push(el("div", { class: "listbox-group", role: "presentation", text: group }));
      }
      const row = el(
        "div",
        {
          class: `listbox-row${item.className ? ` ${item.className}` : ""}`,
          role: "option",
          id: `${this.node.id}-${index}`,
          "aria-selected": String(Boolean(item.selected)),
          on: {
            click: () => this.#choose(index),
            pointermove: () => this.#active !== index && this.activate(index, { scroll: false }),
          },
        },
        item.node ?? [
          el("span", { class: "listbox-label", text: item.label }),
          item.hint ? el("span", { class: "listbox-hint", text: item.hint }) : null,
        ],
      );
      this.#rows.push(row);
      children.push(row);
    }
    this.node.replaceChildren(...children);
    this.activate(Math.min(active, items.length - 1));
  }

  get size() {
    return this.#items.length;
  }

  get active() {
    return this.#items[this.#active] ?? null;
  }

  get activeIndex() {
    return this.#active;
  }

  activate(index, { scroll = true } = {}) {
    this.#rows[this.#active]?.classList.remove("active");
    this.#active = index;
    const row = this.#rows[index];
    if (!row) {
      this.owner.removeAttribute("aria-activedescendant");
      return;
    }
    row.classList.add("active");
    this.owner.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    if (this.#items.length) this.activate((this.#active + step + this.#items.length) % this.#items.length);
  }

  pick() {
    if (this.active) this.#choose(this.#active);
    return this.active !== null;
  }

  #choose(index) {
    this.#pick(this.#items[index], index);
  }
}
