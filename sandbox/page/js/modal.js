// A form of the bot. Type numbers are Discord's component types.
import { ActError } from "./api.js";
import { avatar } from "./avatars.js";
import { announce, button, el, focusKeeper, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { closeAll } from "./layer.js";
import { markdown } from "./markdown_nodes.js";
import { control } from "./modal_fields.js";
import { nameOf } from "./state.js";

const ROW = 1;
const TEXT_DISPLAY = 10;
const LABEL = 18;

export function openModal(modal, app) {
  closeAll();
  const titleId = uniqueId("modal");
  const bot = app.store.bot.user;
  const fields = [];
  const error = el("p", { class: "modal-error", role: "alert", hidden: true });
  const submit = el("button", { type: "submit", class: "button primary", text: "Submit" });
  const form = el(
    "form",
    { class: "modal-form", novalidate: true },
    el(
      "div",
      { class: "modal-body" },
      error,
      modal.components.map((component) => part(component, app, fields)),
      el("p", {
        class: "modal-warning",
        text: `This form goes to ${nameOf(bot)}. Do not write passwords or other secrets in it.`,
      }),
    ),
    el(
      "div",
      { class: "modal-foot" },
      button("Cancel", { class: "button plain", on: { click: () => dialog.close() } }),
      submit,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "modal", "aria-labelledby": titleId },
    el(
      "header",
      { class: "modal-head" },
      avatar(bot, { size: "small" }),
      el("h2", { id: titleId, text: modal.title }),
      button("Close", { class: "icon-button", on: { click: () => dialog.close() } }, icon("close")),
    ),
    form,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    const answer = collect(fields);
    if (!answer) return;
    form.setAttribute("aria-busy", "true");
    submit.classList.add("waiting");
    const failure = await send(modal, answer, app);
    form.removeAttribute("aria-busy");
    submit.classList.remove("waiting");
    if (failure === null) {
      dialog.close();
      return;
    }
    error.hidden = false;
    error.textContent = `Something went wrong. Try again. (${failure})`;
  });
  const giveBack = focusKeeper();
  dialog.addEventListener("close", () => {
    dialog.remove();
    giveBack();
  });
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();
}

async function send(modal, { values, files }, app) {
  try {
    const outcome = await app.actions.modal(modal, values, files);
    return outcome.failed;
  } catch (failure) {
    if (!(failure instanceof ActError)) throw failure;
    return failure.message;
  }
}

// The values of all fields, or null after the first wrong one has been shown.
function collect(fields) {
  const values = {};
  const files = [];
  let wrong = null;
  for (const field of fields) {
    const { value, attached, problem } = field.read();
    field.complain(problem ?? null);
    if (problem) wrong ??= { field, problem };
    else if (attached) {
      values[field.customId] = attached.map((_file, index) => files.length + index);
      files.push(...attached);
    } else values[field.customId] = value;
  }
  if (!wrong) return { values, files };
  wrong.field.focus();
  announce(wrong.problem);
  return null;
}

function part(component, app, fields) {
  if (component.type === TEXT_DISPLAY)
    return el("div", { class: "modal-text" }, markdown(component.content, app.names));
  // The older form puts a text input with its own label into a row.
  if (component.type === ROW)
    return component.components.map((inner) =>
      labelled({ label: inner.label, component: inner }, app, fields),
    );
  if (component.type === LABEL) return labelled(component, app, fields);
  return el("p", {
    class: "unknown-component",
    text: `Component of type ${component.type}: this page cannot draw it.`,
  });
}

function labelled({ label, description, component }, app, fields) {
  const ids = { input: uniqueId("field"), hint: uniqueId("hint"), error: uniqueId("error") };
  const described = [description ? ids.hint : null, ids.error].filter(Boolean).join(" ");
  const field = control(component, { id: ids.input, label, described, store: app.store });
  const error = el("span", { class: "field-error", id: ids.error });
  const words = [
    el("span", { text: label }),
    field.required ? el("span", { class: "required", "aria-hidden": "true", text: " *" }) : null,
  ];
  const node = el(
    "div",
    { class: "modal-field" },
    field.native
      ? el("label", { class: "field-label", for: ids.input }, words)
      : el("span", { class: "field-label", "aria-hidden": "true" }, words),
    description ? el("span", { class: "field-hint", id: ids.hint, text: description }) : null,
    field.node,
    error,
  );
  fields.push({
    ...field,
    customId: component.custom_id,
    complain: (problem) => {
      node.classList.toggle("wrong", problem !== null);
      error.textContent = problem ?? "";
    },
  });
  return node;
}
