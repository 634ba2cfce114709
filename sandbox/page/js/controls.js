// Buttons and selects of a message: what they look like while the bot has not answered, and what a press sends.
import { emojiNode } from "./choices.js";
import { el, webAddress } from "./dom.js";
import { icon } from "./icons.js";
import { selectControl } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "premium" };
const LINK = 5;

export function buttonNode(component, { message, actions }) {
  const inside = [
    emojiNode(component.emoji),
    component.label ? el("span", { class: "button-label", text: component.label }) : null,
  ];
  const name = component.label ? null : component.emoji?.name;
  const style = STYLES[component.style] ?? "secondary";
  if (component.style === LINK) {
    const address = webAddress(component.url);
    const usable = address && !component.disabled;
    return el(
      "a",
      {
        class: `button ${style}`,
        role: "link",
        href: usable ? address : null,
        "aria-disabled": usable ? null : "true",
        target: "_blank",
        rel: "noopener noreferrer nofollow",
        "aria-label": name,
      },
      inside,
      icon("open"),
    );
  }
  const waiting = actions.waitingFor(message);
  const mine = waiting === component.custom_id;
  return el(
    "button",
    {
      type: "button",
      class: `button ${style}${mine ? " waiting" : ""}`,
      disabled: component.disabled,
      "aria-disabled": waiting ? "true" : null,
      "aria-busy": mine ? "true" : null,
      "aria-label": name,
      data: { focusKey: component.custom_id ?? "" },
      on: { click: () => !waiting && actions.click(message, component.custom_id) },
    },
    inside,
    mine ? el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")) : null,
  );
}

export function selectNode(component, { message, store, actions }) {
  const waiting = actions.waitingFor(message);
  return selectControl({
    component,
    store,
    label: component.placeholder || "Choose",
    selected: actions.chosenIn(message, component.custom_id),
    busy: waiting === component.custom_id,
    blocked: waiting !== null,
    onChange: (values) => actions.select(message, component.custom_id, values),
  });
}
