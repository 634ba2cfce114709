// People, roles and channels by name in the message box: offered while one types, sent as Discord writes them.
import { channels, choiceRow, people, roles } from "./choices.js";

const OFFERED = 10;
const BEING_TYPED = /(?:^|\s)([@#])([^\s@#]{0,32})$/;

export function offerMentions(input, { store, suggestions, onInsert }) {
  const typed = BEING_TYPED.exec(input.value.slice(0, input.selectionStart));
  const items = typed ? candidates(typed[1], typed[2].toLowerCase(), store) : [];
  if (!items.length) {
    suggestions.hide();
    return;
  }
  suggestions.show({
    owner: input,
    label: typed[1] === "#" ? "Channels" : "People and roles",
    items: items.map((choice) => ({ node: choiceRow(choice), choice })),
    onPick: ({ choice }) => {
      const end = input.selectionStart;
      input.setRangeText(`${typed[1]}${choice.label} `, end - typed[2].length - 1, end, "end");
      suggestions.hide();
      onInsert();
    },
  });
}

function candidates(sign, wanted, store) {
  const all = sign === "#" ? channels(store) : [...people(store), ...roles(store)];
  return all.filter((choice) => choice.label.toLowerCase().startsWith(wanted)).slice(0, OFFERED);
}

// "@Masthead" is a mention whether it was picked from the list or typed in full, in capitals or not.
export function withMentions(text, store) {
  const known = [
    ...people(store).map((choice) => [`@${choice.label}`, `<@${choice.value}>`]),
    ...roles(store).map((choice) => [`@${choice.label}`, `<@&${choice.value}>`]),
    ...channels(store).map((choice) => [`#${choice.label}`, `<#${choice.value}>`]),
  ].sort((one, other) => other[0].length - one[0].length);
  let result = "";
  let at = 0;
  while (at < text.length) {
    const found = known.find(([shown]) => isHere(text, at, shown));
    result += found ? found[1] : text[at];
    at += found ? found[0].length : 1;
  }
  return result;
}

function isHere(text, at, shown) {
  if (text.slice(at, at + shown.length).toLowerCase() !== shown.toLowerCase()) return false;
  const before = text[at - 1] ?? " ";
  const after = text[at + shown.length] ?? " ";
  return !/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after);
}
