// One option of a slash command being filled in. Type numbers are Discord's.
import { channels, people, roles } from "./choices.js";
import { button, el, fileSize, uniqueId } from "./dom.js";

const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const ATTACHMENT = 11;

const ENTITIES = {
  6: (_option, store) => people(store),
  7: (option, store) => channels(store, option.channel_types),
  8: (_option, store) => roles(store),
  9: (_option, store) => [...people(store), ...roles(store)],
};

export class Field {
  file = null;
  picked = null;

  constructor(option, { store, onFile }) {
    this.option = option;
    this.id = uniqueId("option");
    this.choices = fixedChoices(option, store);
    const attrs = {
      id: this.id,
      class: "option-input",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": `${this.id}-error`,
    };
    if (option.type === ATTACHMENT) {
      this.chooser = el("input", {
        type: "file",
        class: "visually-hidden",
        tabindex: -1,
        "aria-hidden": "true",
        on: { change: () => onFile(this) },
      });
      this.input = button("Choose a file", {
        id: this.id,
        class: "option-file",
        "aria-describedby": `${this.id}-error`,
        "aria-label": `${option.name}: choose a file`,
        on: { click: () => this.chooser.click() },
      });
    } else {
      this.input = el("input", {
        ...attrs,
        type: "text",
        role: "combobox",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        inputmode: option.type === INTEGER ? "numeric" : option.type === NUMBER ? "decimal" : null,
        "aria-required": option.required ? "true" : null,
      });
      this.input.addEventListener("input", () => this.fit());
    }
    this.error = el("span", { class: "visually-hidden", id: `${this.id}-error` });
    this.node = el(
      "span",
      { class: "option" },
      el("label", { class: "option-label", for: this.id, text: option.name }),
      this.input,
      this.chooser,
      this.error,
    );
    this.fit();
  }

  fit() {
    if (this.option.type === ATTACHMENT) return;
    this.picked = this.picked?.name === this.input.value ? this.picked : null;
    // As wide as its text: characters of wide scripts count double.
    const width = [...this.input.value].reduce(
      (sum, character) => sum + (character.charCodeAt(0) > 0x2e7f ? 2 : 1),
      0,
    );
    this.input.style.width = `${Math.min(Math.max(Math.ceil(width * 1.15) + 2, 5), 60)}ch`;
  }

  take(choice) {
    this.input.value = choice.name;
    this.picked = choice;
    this.fit();
  }

  takeFile() {
    this.file = this.chooser.files[0] ?? null;
    this.input.textContent = this.file ? `${this.file.name} (${fileSize(this.file.size)})` : "Choose a file";
  }

  get text() {
    return this.option.type === ATTACHMENT ? "" : this.input.value.trim();
  }

  get empty() {
    return this.option.type === ATTACHMENT ? this.file === null : this.text === "";
  }

  matches() {
    const wanted = this.text.toLowerCase().replace(/^[@#]/, "");
    return (this.choices ?? []).filter((choice) => choice.name.toLowerCase().includes(wanted)).slice(0, 25);
  }

  exact() {
    const wanted = this.text.toLowerCase().replace(/^[@#]/, "");
    return (
      (this.choices ?? []).find(
        (choice) => choice.name.toLowerCase() === wanted || String(choice.value).toLowerCase() === wanted,
      ) ?? null
    );
  }

  // {value} for the request, {problem} to show, or {} for an option left out.
  read() {
    const { option } = this;
    if (this.empty) return option.required ? { problem: "This option is required." } : {};
    if (option.type === ATTACHMENT) return { file: this.file };
    if (this.picked) return { value: this.picked.value };
    if (this.choices) {
      const choice = this.exact();
      return choice ? { value: choice.value } : { problem: "Choose one of the choices." };
    }
    if (option.type === INTEGER || option.type === NUMBER) return this.#number();
    const length = this.text.length;
    if (option.min_length !== undefined && length < option.min_length)
      return { problem: `At least ${option.min_length} characters.` };
    if (option.max_length !== undefined && length > option.max_length)
      return { problem: `At most ${option.max_length} characters.` };
    return { value: this.text };
  }

  #number() {
    const { option } = this;
    const value = Number(this.text);
    if (!Number.isFinite(value)) return { problem: "Input a valid number." };
    if (option.type === INTEGER && !Number.isInteger(value)) return { problem: "Input a whole number." };
    if (option.min_value !== undefined && value < option.min_value)
      return { problem: `Not below ${option.min_value}.` };
    if (option.max_value !== undefined && value > option.max_value)
      return { problem: `Not above ${option.max_value}.` };
    return { value };
  }

  complain(problem) {
    this.node.classList.toggle("wrong", problem !== null);
    this.error.textContent = problem ?? "";
    if (problem === null) this.input.removeAttribute("aria-invalid");
    else this.input.setAttribute("aria-invalid", "true");
  }
}

function fixedChoices(option, store) {
  if (option.choices?.length) return option.choices;
  if (option.type === BOOLEAN)
    return [
      { name: "True", value: true },
      { name: "False", value: false },
    ];
  const entities = ENTITIES[option.type];
  return entities ? entities(option, store).map((choice) => ({ ...choice, name: choice.label })) : null;
}
