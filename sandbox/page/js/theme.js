// Three choices: as the system says, dark, light. Without a stored choice the stylesheet follows the system by itself.
import { button } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "masthead-theme";
const CHOICES = ["auto", "dark", "light"];
const LOOK = { auto: ["auto", "as the system"], dark: ["moon", "dark"], light: ["sun", "light"] };

function stored() {
  const value = localStorage.getItem(KEY);
  return CHOICES.includes(value) ? value : "auto";
}

function apply(choice) {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

export function themeButton() {
  const control = button("Theme", { class: "icon-button", id: "theme" }, icon("auto"));
  const draw = (choice) => {
    const [name, words] = LOOK[choice];
    control.replaceChildren(icon(name));
    control.setAttribute("aria-label", `Theme: ${words}`);
    control.title = `Theme: ${words}`;
    apply(choice);
  };
  control.addEventListener("click", () => {
    const next = CHOICES[(CHOICES.indexOf(stored()) + 1) % CHOICES.length];
    localStorage.setItem(KEY, next);
    draw(next);
  });
  draw(stored());
  return control;
}

apply(stored());
