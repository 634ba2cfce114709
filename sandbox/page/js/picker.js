// Which commands there are, which one is meant by what was typed, and how the list of them looks.
import { avatar } from "./avatars.js";
import { el } from "./dom.js";
import { nameOf } from "./state.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const SLASH = 1;
const DM_CONTEXT = 1;
const GUILD_CONTEXT = 0;

// One entry for everything that can be run: a command, or each subcommand of it.
export function entries(commands, { dm }) {
  return commands
    .filter((command) => command.type === SLASH && usable(command, dm))
    .flatMap((command) => leaves(command, command, []))
    .sort((one, other) => one.name.localeCompare(other.name));
}

export function menus(commands, type, { dm }) {
  return commands
    .filter((command) => command.type === type && usable(command, dm))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function usable(command, dm) {
  return !command.contexts || command.contexts.includes(dm ? DM_CONTEXT : GUILD_CONTEXT);
}

function leaves(command, node, path) {
  const inner = (node.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (inner.length) return inner.flatMap((option) => leaves(command, option, [...path, option.name]));
  return [
    {
      command,
      path,
      name: [command.name, ...path].join(" "),
      description: node.description,
      options: node.options ?? [],
    },
  ];
}

// Names that begin with what was typed come first, then names and descriptions that hold it.
export function matching(list, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = (entry) =>
    entry.name.startsWith(wanted)
      ? 0
      : entry.name.includes(wanted)
        ? 1
        : entry.description.toLowerCase().includes(wanted)
          ? 2
          : 3;
  return list.filter((entry) => rank(entry) < 3).sort((one, other) => rank(one) - rank(other));
}

// "/check @x platform:x" → the entry and its options as text; null while no command is complete.
export function typedCommand(text, list) {
  const found = list
    .filter((entry) => text.startsWith(`/${entry.name} `))
    .sort((one, other) => other.name.length - one.name.length)[0];
  if (!found) return null;
  return { entry: found, values: typedOptions(text.slice(found.name.length + 2), found.options) };
}

export function typedOptions(text, options) {
  const values = new Map();
  let name = options[0]?.name ?? null;
  let words = [];
  const keep = () => {
    if (name && words.length) values.set(name, words.join(" "));
  };
  for (const word of text.split(" ").filter(Boolean)) {
    const option = options.find((other) => word.startsWith(`${other.name}:`));
    if (option) {
      keep();
      name = option.name;
      words = word.length > name.length + 1 ? [word.slice(name.length + 1)] : [];
      if (!words.length) values.set(name, "");
    } else {
      words.push(word);
    }
  }
  keep();
  return values;
}

export function entryRow(entry, bot) {
  return [
    avatar(bot, { size: "small" }),
    el(
      "span",
      { class: "choice-words" },
      el(
        "span",
        { class: "command-line" },
        el("span", { class: "listbox-label", text: `/${entry.name}` }),
        ...entry.options.map((option) => el("span", { class: "option-name", text: option.name })),
      ),
      el("span", { class: "listbox-hint", text: entry.description }),
    ),
    el("span", { class: "command-owner", text: nameOf(bot) }),
  ];
}
