// The panel over the message box: a heading, a line of help, and a list to choose from.
import { announce, el, fill } from "./dom.js";
import { Listbox } from "./listbox.js";

export class Suggestions {
  #list = null;
  #owner = null;

  constructor() {
    this.node = el("div", { class: "suggestions", hidden: true });
  }

  get open() {
    return this.#list !== null && this.#list.size > 0;
  }

  get active() {
    return this.#list?.active ?? null;
  }

  // `active` -1 marks nothing: then Enter takes what was typed, not what is listed.
  show({ owner, label, heading = null, help = null, items, active = 0, onPick }) {
    if (this.#owner !== owner || !this.#list) {
      this.#release();
      this.#owner = owner;
    }
    this.#list = new Listbox({ owner, label, onPick });
    fill(
      this.node,
      heading ? el("div", { class: "suggestions-heading" }, heading) : null,
      help ? el("div", { class: "suggestions-help", text: help }) : null,
      items.length ? this.#list.node : null,
    );
    this.node.hidden = !heading && !help && !items.length;
    // A text area has no such state: only the fields that are comboboxes say it.
    if (owner.getAttribute("role") === "combobox")
      owner.setAttribute("aria-expanded", String(items.length > 0));
    if (!items.length) owner.removeAttribute("aria-controls");
    this.#list.show(items, { active });
    if (items.length && active >= 0) announce(`${items.length} ${items.length === 1 ? "choice" : "choices"}`);
  }

  hide() {
    this.#release();
    this.node.hidden = true;
    this.node.replaceChildren();
  }

  move(step) {
    this.#list?.move(step);
  }

  pick() {
    return this.#list?.pick() ?? false;
  }

  #release() {
    if (this.#owner?.getAttribute("role") === "combobox") this.#owner.setAttribute("aria-expanded", "false");
    this.#owner?.removeAttribute("aria-activedescendant");
    this.#owner?.removeAttribute("aria-controls");
    this.#list = null;
    this.#owner = null;
  }
}
