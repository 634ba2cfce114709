// One control for all five kinds of select. Type numbers are Discord's.
import { channels, choiceRow, face, people, roles } from "./choices.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { popover } from "./layer.js";
import { Listbox } from "./listbox.js";

const STRING = 3;

const SOURCES = {
  3: (component) =>
    component.options.map(({ value, label, description, emoji }) => ({ value, label, description, emoji })),
  5: (_component, store) => people(store),
  6: (_component, store) => roles(store),
  7: (_component, store) => [...people(store), ...roles(store)],
  8: (component, store) => channels(store, component.channel_types),
};

// `selected` are values picked before, or null for the defaults the bot set. `onChange` gets the values.
export function selectControl(options) {
  return new Select(options).trigger;
}

class Select {
  #close = null;
  #list = null;
  #search = null;
  #before = [];
  #picked = false;

  constructor({
    component,
    store,
    label,
    selected = null,
    busy = false,
    blocked = false,
    describedBy = null,
    onChange,
  }) {
    this.component = component;
    this.label = label;
    this.blocked = blocked;
    this.onChange = onChange;
    this.choices = SOURCES[component.type](component, store);
    this.min = component.min_values ?? 1;
    this.max = component.max_values ?? 1;
    this.values = selected ?? this.#defaults();
    this.shown = el("span", { class: "select-value" });
    this.trigger = el(
      "button",
      {
        type: "button",
        class: `select${busy ? " waiting" : ""}`,
        role: "combobox",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        "aria-label": label,
        "aria-describedby": describedBy,
        "aria-busy": busy ? "true" : null,
        disabled: component.disabled,
        data: { focusKey: component.custom_id },
        on: {
          click: () => (this.#close ? this.#close() : this.#open()),
          keydown: (event) => this.#onKey(event),
        },
      },
      this.shown,
      icon("down"),
    );
    this.#draw();
  }

  #defaults() {
    if (this.component.type === STRING)
      return this.component.options.filter((option) => option.default).map((option) => option.value);
    const known = new Set(this.choices.map((choice) => choice.value));
    return (this.component.default_values ?? []).map((value) => value.id).filter((id) => known.has(id));
  }

  #draw() {
    const chosen = this.choices.filter((choice) => this.values.includes(choice.value));
    this.shown.classList.toggle("placeholder", chosen.length === 0);
    if (!chosen.length) this.shown.replaceChildren(this.component.placeholder || "Make a selection");
    else
      this.shown.replaceChildren(
        ...chosen.map((choice) =>
          this.max > 1 ? el("span", { class: "select-chip", text: choice.label }) : face(choice),
        ),
      );
  }

  #open() {
    if (this.blocked) return;
    this.#before = [...this.values];
    this.#picked = false;
    const searchable = this.component.type !== STRING;
    this.#search = searchable
      ? el("input", {
          class: "select-search",
          type: "text",
          role: "combobox",
          "aria-expanded": "true",
          "aria-label": `Search: ${this.label}`,
          placeholder: "Search",
          autocomplete: "off",
          on: { input: () => this.#refill(0), keydown: (event) => this.#onKey(event) },
        })
      : null;
    this.#list = new Listbox({
      owner: this.#search ?? this.trigger,
      label: this.label,
      multiple: this.max > 1,
      onPick: ({ choice }) => this.#pick(choice),
    });
    const range = this.min === this.max ? `Choose ${this.max}` : `Choose ${this.min} to ${this.max}`;
    const note =
      this.max > 1 ? el("p", { class: "select-note", text: `${range}, then close the list.` }) : null;
    const box = el("div", { class: "select-list" }, this.#search, note, this.#list.node);
    this.#close = popover(box, {
      anchor: this.trigger,
      matchWidth: true,
      focusBack: this.trigger,
      onClose: () => this.#closed(),
    });
    this.trigger.setAttribute("aria-expanded", "true");
    this.trigger.setAttribute("aria-controls", this.#list.node.id);
    this.#refill(
      Math.max(
        0,
        this.choices.findIndex((choice) => this.values.includes(choice.value)),
      ),
    );
    // Placed again now that the list has its height.
    dispatchEvent(new Event("resize"));
    this.#search?.focus();
  }

  #visible() {
    const wanted = this.#search?.value.trim().toLowerCase() ?? "";
    return this.choices.filter((choice) => choice.label.toLowerCase().includes(wanted));
  }

  #refill(active) {
    const rows = this.#visible().map((choice) => {
      const chosen = this.values.includes(choice.value);
      return { node: choiceRow(choice, { chosen, multiple: this.max > 1 }), selected: chosen, choice };
    });
    this.#list.show(rows, { active });
  }

  #pick(choice) {
    const chosen = this.values.includes(choice.value);
    if (this.max === 1) {
      this.values = chosen && this.min === 0 ? [] : [choice.value];
      this.#picked = true;
      this.#close();
      return;
    }
    if (chosen) this.values = this.values.filter((value) => value !== choice.value);
    else if (this.values.length < this.max) this.values = [...this.values, choice.value];
    this.#draw();
    this.#refill(this.#list.activeIndex);
  }

  #closed() {
    this.#close = null;
    this.trigger.setAttribute("aria-expanded", "false");
    this.trigger.removeAttribute("aria-activedescendant");
    this.trigger.removeAttribute("aria-controls");
    if (this.values.length < this.min) this.values = this.#before;
    this.#draw();
    // Discord sends a choice of many when its list closes, and only when it changed.
    if (this.#picked || this.values.join("\n") !== this.#before.join("\n")) this.onChange(this.values);
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.#close) {
      if (!step) return;
      this.#open();
    } else if (step) this.#list.move(step);
    else if (event.key === "Enter" || (event.key === " " && !this.#search)) this.#list.pick();
    else if (event.key === "Tab") {
      this.#close();
      return;
    } else if (!this.#search && event.key.length === 1 && !event.ctrlKey && !event.metaKey)
      this.#letter(event.key.toLowerCase());
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #letter(key) {
    const starts = this.#visible().map((choice) => choice.label.toLowerCase().startsWith(key));
    const after = starts.indexOf(true, this.#list.activeIndex + 1);
    const at = after === -1 ? starts.indexOf(true) : after;
    if (at !== -1) this.#list.activate(at);
  }
}
