// The message box while a slash command is filled in: one field an option, help and choices above.
import * as api from "./api.js";
import { choiceRow } from "./choices.js";
import { announce, button, el } from "./dom.js";
import { Field } from "./field.js";
import { icon } from "./icons.js";

const AUTOCOMPLETE_PAUSE_MS = 80;

export class CommandForm {
  #fields = new Map();
  #asked = 0;
  #timer = null;

  // `onSend(entry, options, files)`; `onLeave(text)` goes back to plain text.
  constructor(entry, { store, suggestions, values, onSend, onLeave }) {
    this.entry = entry;
    this.store = store;
    this.suggestions = suggestions;
    this.onSend = onSend;
    this.onLeave = onLeave;
    this.fields = el("span", { class: "option-fields" });
    this.more = el("span", { class: "option-more" });
    this.node = el(
      "div",
      { class: "command-form", role: "group", "aria-label": `Command ${entry.name}` },
      el("span", { class: "command-name", text: `/${entry.name}` }),
      this.fields,
      this.more,
    );
    for (const option of entry.options)
      if (option.required || values.has(option.name)) this.#add(option, values.get(option.name) ?? "");
    // There is always a place for the caret: an optional field left empty is not sent.
    if (!this.#fields.size && entry.options.length) this.#add(entry.options[0], "");
    this.#offerMore();
    if (!this.#fields.size) this.#waitForEnter();
  }

  focus() {
    const fields = [...this.#fields.values()];
    const target = fields.findLast((field) => !field.empty) ?? fields[0];
    const next = fields.find((field) => field.option.required && field.empty) ?? target;
    if (next) this.#enter(next);
    else this.node.focus();
  }

  // A command without options has no field: the whole of it takes the keys.
  #waitForEnter() {
    this.node.tabIndex = 0;
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.send();
      else if (event.key === "Backspace" || event.key === "Escape") this.leave();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  #enter(field) {
    field.input.focus();
    if (field.input.setSelectionRange)
      field.input.setSelectionRange(field.input.value.length, field.input.value.length);
  }

  #add(option, text) {
    const field = new Field(option, { store: this.store, onFile: () => this.#gotFile(field) });
    if (text && field.input.tagName === "INPUT") {
      field.input.value = text;
      field.fit();
    }
    field.input.addEventListener("focus", () => this.#help(field));
    field.input.addEventListener("blur", () => this.#left(field));
    field.input.addEventListener("input", () => this.#typed(field));
    field.input.addEventListener("keydown", (event) => this.#keys(event, field));
    this.#fields.set(option.name, field);
    this.fields.append(field.node);
    return field;
  }

  #offerMore() {
    const left = this.entry.options.filter((option) => !this.#fields.has(option.name));
    this.more.replaceChildren(
      ...left.map((option) =>
        button(
          `Add the option ${option.name}: ${option.description}`,
          { class: "option-add", on: { click: () => this.#open(option, "") } },
          `+ ${option.name}`,
        ),
      ),
    );
  }

  #open(option, text) {
    const field = this.#fields.get(option.name) ?? this.#add(option, text);
    this.#offerMore();
    this.#enter(field);
    return field;
  }

  #gotFile(field) {
    field.takeFile();
    field.complain(null);
    field.input.focus();
  }

  #left(field) {
    if (!field.empty) field.complain(field.read().problem ?? null);
    this.suggestions.hide();
  }

  // "… platform:" typed inside a field goes on in the field of that name.
  #typed(field) {
    const next = this.entry.options.find(
      (option) =>
        option !== field.option &&
        !this.#fields.get(option.name)?.text &&
        endsWithName(field.input.value, option.name),
    );
    if (next) {
      field.input.value = field.input.value.slice(0, -next.name.length - 1).trimEnd();
      field.fit();
      this.#open(next, "");
      return;
    }
    if (field.input.value === `${field.option.name}:`) field.input.value = "";
    field.complain(null);
    this.#help(field);
  }

  #help(field) {
    const { option } = field;
    const heading = [el("b", { text: option.name }), el("span", { text: option.description })];
    const show = (choices, help, active) => {
      if (document.activeElement !== field.input) return;
      const items = choices.map((choice) => ({ node: choiceRow({ ...choice, label: choice.name }), choice }));
      this.suggestions.show({
        owner: field.input,
        label: `Choices for ${option.name}`,
        heading,
        help,
        items,
        active,
        onPick: ({ choice }) => this.#take(field, choice),
      });
    };
    clearTimeout(this.#timer);
    this.#asked += 1;
    if (option.autocomplete) {
      // Nothing is marked: Enter sends what was typed, an arrow key goes into the list.
      show([], "Loading options…", -1);
      this.#timer = setTimeout(() => this.#complete(field, this.#asked, show), AUTOCOMPLETE_PAUSE_MS);
    } else if (field.choices) {
      const matches = field.matches();
      show(matches, matches.length ? null : "No choice matches.", field.picked || !field.text ? -1 : 0);
    } else {
      show([], null, -1);
    }
  }

  async #complete(field, asked, show) {
    const options = {};
    for (const other of this.#fields.values()) {
      const { value } = other.read();
      if (value !== undefined) options[other.option.name] = value;
    }
    options[field.option.name] = field.input.value;
    const { command, path } = this.entry;
    let result;
    try {
      result = await api.autocomplete({
        as: this.store.person.key,
        channel: this.store.open,
        command: command.id,
        ...(path.length ? { path } : {}),
        options,
        focused: field.option.name,
      });
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      result = { choices: [], failed: error.message };
    }
    // A slower answer to an earlier letter must not replace a newer one.
    if (asked !== this.#asked) return;
    if (result.failed) {
      show([], "Loading options failed.", -1);
      return;
    }
    show(result.choices, result.choices.length ? null : "No options match your search.", -1);
    announce(`${result.choices.length} suggestions`);
  }

  #take(field, choice) {
    field.take(choice);
    field.complain(null);
    const next = [...this.#fields.values()].find((other) => other.option.required && other.empty);
    this.suggestions.hide();
    this.#asked += 1;
    clearTimeout(this.#timer);
    if (next) this.#enter(next);
  }

  #keys(event, field) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.suggestions.open) this.suggestions.move(step);
    else if (event.key === "Enter" && !event.isComposing) this.#confirm(field);
    else if (event.key === "Tab" && !event.shiftKey && this.suggestions.active) this.suggestions.pick();
    else if (event.key === "Backspace" && field.empty) this.#back(field);
    else if (event.key === "Escape") this.suggestions.node.hidden ? this.leave() : this.suggestions.hide();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  #confirm(field) {
    const settled = field.picked || (field.choices && field.exact());
    if (this.suggestions.active && !settled) this.suggestions.pick();
    else this.send();
  }

  #back(field) {
    const fields = [...this.#fields.values()];
    const at = fields.indexOf(field);
    if (at === 0) {
      this.leave();
      return;
    }
    if (!field.option.required) {
      this.#fields.delete(field.option.name);
      field.node.remove();
      this.#offerMore();
    }
    this.#enter(fields[at - 1]);
  }

  leave() {
    this.suggestions.hide();
    this.onLeave(`/${this.entry.name}`);
  }

  send() {
    const options = {};
    const files = [];
    for (const field of this.#fields.values()) {
      const { value, file, problem } = field.read();
      field.complain(problem ?? null);
      if (problem) {
        this.#enter(field);
        this.suggestions.show({
          owner: field.input,
          label: field.option.name,
          heading: [
            el(
              "span",
              { class: "problem" },
              icon("warning"),
              el("b", { text: field.option.name }),
              el("span", { text: problem }),
            ),
          ],
          items: [],
          onPick: () => {},
        });
        announce(`${field.option.name}: ${problem}`);
        return;
      }
      if (file) {
        options[field.option.name] = files.length;
        files.push(file);
      } else if (value !== undefined) {
        options[field.option.name] = value;
      }
    }
    this.suggestions.hide();
    this.#asked += 1;
    this.onSend(this.entry, options, files);
  }
}

function endsWithName(text, name) {
  if (!text.endsWith(`${name}:`)) return false;
  const before = text.at(-name.length - 2);
  return before === undefined || before === " ";
}
