// What a select or a command option offers: people, roles, channels or the bot's own options, and how one of them looks.
import { avatar } from "./avatars.js";
import { el } from "./dom.js";
import { colour } from "./embeds.js";
import { icon } from "./icons.js";
import { nameOf } from "./state.js";

const CHANNEL_TYPES = { text: [0], forum: [15], thread: [10, 11, 12], dm: [1] };
export const CHANNEL_ICONS = { text: "hash", forum: "forum", thread: "thread", dm: "at" };

export function people(store) {
  return store.guild.members.map(({ user }) => ({
    value: user.id,
    label: nameOf(user),
    description: user.username,
    user,
  }));
}

export function roles(store) {
  // The role that has the guild's own id is @everyone.
  return store.guild.roles
    .filter((role) => role.id !== store.guild.id)
    .map((role) => ({ value: role.id, label: role.name, role }));
}

export function channels(store, types = []) {
  return [...store.channels.values()]
    .filter(
      (channel) =>
        channel.kind !== "dm" &&
        (!types?.length || CHANNEL_TYPES[channel.kind].some((type) => types.includes(type))),
    )
    .map((channel) => ({ value: channel.id, label: channel.name, channel }));
}

export function emojiNode(emoji) {
  if (!emoji) return null;
  // An emoji of a server is a picture elsewhere; its name stands for it.
  return el("span", { class: "emoji", text: emoji.id ? `:${emoji.name}:` : emoji.name });
}

function sign(choice) {
  if (choice.user) return avatar(choice.user, { size: "tiny" });
  if (choice.channel) return icon(CHANNEL_ICONS[choice.channel.kind]);
  if (choice.role) return roleDot(choice.role);
  return emojiNode(choice.emoji);
}

export function roleDot(role) {
  const dot = el("span", { class: "role-dot", "aria-hidden": "true" });
  if (role.color) dot.style.setProperty("--role", colour(role.color));
  return dot;
}

export function face(choice) {
  return el("span", { class: "choice-face" }, sign(choice), el("span", { text: choice.label }));
}

export function choiceRow(choice, { chosen = false, multiple = false } = {}) {
  const words = el(
    "span",
    { class: "choice-words" },
    el("span", { class: "listbox-label", text: choice.label }),
    choice.description ? el("span", { class: "listbox-hint", text: choice.description }) : null,
  );
  const tick = multiple
    ? el("span", { class: `tick-box${chosen ? " on" : ""}` }, chosen ? icon("check") : null)
    : chosen
      ? icon("check", "chosen")
      : null;
  return [sign(choice), words, tick].filter(Boolean);
}
