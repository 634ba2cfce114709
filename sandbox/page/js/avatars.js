// People without a picture get a letter on a colour of their own, as in Discord.
import { el } from "./dom.js";
import { nameOf } from "./state.js";

const COLOURS = 6;
const PICTURE = new URL("../icon.svg", import.meta.url).href;

export function avatar(user, { size = "normal", online = null } = {}) {
  const letter = [...nameOf(user)][0]?.toUpperCase() ?? "?";
  const colour = colourOf(user.id);
  const face = user.bot
    ? el("img", { class: "avatar-face", src: PICTURE, alt: "" })
    : el("span", { class: `avatar-face colour-${colour}`, text: letter });
  const status =
    online === null ? null : el("span", { class: `status-dot ${online ? "online" : "offline"}` });
  return el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, face, status);
}

// Milliseconds and serial number of the id: people made in the same moment still differ.
function colourOf(id) {
  const number = BigInt(id);
  return Number((number >> 22n) + (number & 0xfffn)) % COLOURS;
}

export function appTag() {
  return el("span", { class: "app-tag", text: "APP" });
}
