// The inputs a form can hold. Each is {node, required, native, focus(), read()}; read() gives {value}, {attached} or {problem}.
import { button, el, fileSize, fill } from "./dom.js";
import { icon } from "./icons.js";
import { selectControl } from "./select.js";

const REQUIRED = "This field is required.";
const SELECTS = new Set([3, 5, 6, 7, 8]);
const PARAGRAPH = 2;

const CONTROLS = { 4: textInput, 19: fileUpload, 21: radioGroup, 22: checkboxGroup, 23: checkbox };

// `native`: a <label for> reaches it; otherwise it carries the label as its accessible name.
export function control(component, context) {
  return (SELECTS.has(component.type) ? select : CONTROLS[component.type])(component, context);
}

function textInput(component, { id, described }) {
  const required = component.required ?? true;
  const shared = {
    id,
    class: "text-input",
    placeholder: component.placeholder,
    maxlength: component.max_length ?? 4000,
    "aria-describedby": described,
    "aria-required": required ? "true" : null,
    autocomplete: "off",
  };
  const input =
    component.style === PARAGRAPH
      ? el("textarea", { ...shared, rows: 5 })
      : el("input", { ...shared, type: "text" });
  input.value = component.value ?? "";
  const read = () => {
    const length = [...input.value].length;
    if (required && !input.value.trim()) return { problem: REQUIRED };
    if (length && component.min_length && length < component.min_length)
      return { problem: `At least ${component.min_length} characters.` };
    return { value: input.value };
  };
  return { node: input, required, native: true, focus: () => input.focus(), read };
}

function select(component, { label, described, store }) {
  const required = component.required ?? true;
  const shown = { ...component, min_values: required ? (component.min_values ?? 1) : 0 };
  let values = null;
  const node = selectControl({
    component: shown,
    store,
    label,
    describedBy: described,
    onChange: (chosen) => (values = chosen),
  });
  const initial =
    component.type === 3
      ? component.options.filter((option) => option.default).map((option) => option.value)
      : (component.default_values ?? []).map((value) => value.id);
  const read = () => {
    const chosen = values ?? initial;
    return required && !chosen.length ? { problem: REQUIRED } : { value: chosen };
  };
  return { node, required, native: false, focus: () => node.focus(), read };
}

function fileUpload(component, { label, described }) {
  const required = component.required ?? true;
  const max = component.max_values ?? 1;
  const min = component.min_values ?? 1;
  let files = [];
  const list = el("ul", { class: "upload-list" });
  const chooser = el("input", {
    type: "file",
    multiple: max > 1,
    class: "visually-hidden",
    tabindex: -1,
    "aria-hidden": "true",
  });
  const choose = el(
    "button",
    {
      type: "button",
      class: "upload",
      "aria-label": `${label}: choose ${max > 1 ? "files" : "a file"}`,
      "aria-describedby": described,
      on: { click: () => chooser.click() },
    },
    icon("file"),
    el("span", { text: max > 1 ? `Choose up to ${max} files` : "Choose a file" }),
  );
  const draw = () =>
    fill(
      list,
      files.map((file, at) =>
        el(
          "li",
          {},
          el("span", { text: `${file.name} (${fileSize(file.size)})` }),
          button(
            `Remove ${file.name}`,
            { class: "icon-button small", on: { click: () => take(files.toSpliced(at, 1)) } },
            icon("close"),
          ),
        ),
      ),
    );
  const take = (next) => {
    files = next;
    draw();
  };
  chooser.addEventListener("change", () => take([...(max > 1 ? files : []), ...chooser.files].slice(0, max)));
  const read = () => {
    if (required && !files.length) return { problem: REQUIRED };
    if (files.length && files.length < min) return { problem: `At least ${min} files.` };
    return { attached: files };
  };
  return {
    node: el("div", { class: "upload-box" }, choose, chooser, list),
    required,
    native: false,
    focus: () => choose.focus(),
    read,
  };
}

function option(component, data, type, described) {
  const input = el("input", {
    type,
    name: component.custom_id,
    value: data.value,
    checked: data.default,
    "aria-describedby": described,
  });
  const words = el(
    "span",
    {},
    el("span", { class: "tick-label", text: data.label }),
    data.description ? el("span", { class: "tick-hint", text: data.description }) : null,
  );
  return { input, node: el("label", { class: "tick" }, input, words), value: data.value };
}

function radioGroup(component, { label, described }) {
  const required = component.required ?? true;
  const options = component.options.map((data) => option(component, data, "radio", described));
  const node = el(
    "div",
    { class: "ticks", role: "radiogroup", "aria-label": label },
    options.map((one) => one.node),
  );
  const read = () => {
    const chosen = options.find((one) => one.input.checked);
    return required && !chosen ? { problem: REQUIRED } : { value: chosen?.value ?? null };
  };
  return { node, required, native: false, focus: () => options[0]?.input.focus(), read };
}

function checkboxGroup(component, { label, described }) {
  const required = component.required ?? true;
  const min = component.min_values ?? 1;
  const max = component.max_values ?? component.options.length;
  const options = component.options.map((data) => option(component, data, "checkbox", described));
  const node = el(
    "div",
    { class: "ticks", role: "group", "aria-label": label },
    options.map((one) => one.node),
  );
  const read = () => {
    const chosen = options.filter((one) => one.input.checked).map((one) => one.value);
    if (required && !chosen.length) return { problem: REQUIRED };
    if (chosen.length && chosen.length < min) return { problem: `Choose at least ${min}.` };
    if (chosen.length > max) return { problem: `Choose at most ${max}.` };
    return { value: chosen };
  };
  return { node, required, native: false, focus: () => options[0]?.input.focus(), read };
}

function checkbox(component, { label, described }) {
  const input = el("input", { type: "checkbox", checked: component.default, "aria-describedby": described });
  return {
    node: el("label", { class: "tick" }, input, el("span", { class: "tick-label", text: label })),
    required: false,
    native: false,
    focus: () => input.focus(),
    read: () => ({ value: input.checked }),
  };
}
