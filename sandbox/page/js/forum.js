// A forum shows its posts instead of messages.
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { spoken } from "./spoken.js";
import { byId, nameOf } from "./state.js";
import { stamp } from "./timestamps.js";

export function forumNode(forum, app) {
  const { store } = app;
  const posts = [...store.channels.values()]
    .filter((channel) => channel.parent === forum.id)
    .sort((one, other) => -byId(latest(one), latest(other)));
  if (!posts.length)
    return el("p", { class: "forum-empty", text: "No posts yet. The bot opens one for each case." });
  return el(
    "ul",
    { class: "forum", "aria-label": `Posts in ${forum.name}` },
    posts.map((post) => el("li", {}, card(post, forum, app))),
  );
}

function latest(post) {
  return { id: post.last_message ?? post.id };
}

function card(post, forum, app) {
  const messages = app.store.list(post.id);
  const first = messages[0];
  const tags = (post.applied_tags ?? [])
    .map((id) => forum.tags?.find((tag) => tag.id === id)?.name)
    .filter(Boolean);
  const count = `${messages.length} ${messages.length === 1 ? "message" : "messages"}`;
  return el(
    "button",
    { type: "button", class: "forum-post", on: { click: () => app.openChannel(post.id) } },
    tags.length
      ? el(
          "span",
          { class: "forum-tags" },
          tags.map((tag) => el("span", { class: "forum-tag", text: tag })),
        )
      : null,
    el("span", { class: "forum-title" }, post.locked ? icon("lock") : null, el("span", { text: post.name })),
    first
      ? el("span", { class: "forum-text", text: `${nameOf(first.author)}: ${spoken(first, app.store)}` })
      : null,
    el("span", {
      class: "forum-foot",
      text: [
        count,
        messages.length ? stamp(messages.at(-1).timestamp) : null,
        post.archived ? "closed" : null,
      ]
        .filter(Boolean)
        .join(" · "),
    }),
  );
}
