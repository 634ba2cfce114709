// The older kind of rich message: a bar of colour, title, text, fields, pictures, footer.
import { el, ownMedia, webAddress } from "./dom.js";
import { inlineMarkdown, markdown } from "./markdown_nodes.js";
import { picture } from "./media.js";
import { stamp } from "./timestamps.js";

export function embed(data, names) {
  const node = el("article", { class: "embed", "aria-label": data.title ?? data.author?.name ?? "Embed" });
  if (data.color !== undefined && data.color !== null) node.style.setProperty("--accent", colour(data.color));
  const body = el(
    "div",
    { class: "embed-body" },
    data.author?.name
      ? el(
          "div",
          { class: "embed-author" },
          smallPicture(data.author.icon_url),
          linked(data.author.url, [data.author.name]),
        )
      : null,
    data.title
      ? el("div", { class: "embed-title" }, linked(data.url, inlineMarkdown(data.title, names)))
      : null,
    data.description ? el("div", { class: "embed-text" }, markdown(data.description, names)) : null,
    data.fields?.length ? el("div", { class: "embed-fields" }, fields(data.fields, names)) : null,
  );
  node.append(
    el(
      "div",
      { class: "embed-top" },
      body,
      data.thumbnail?.url
        ? picture(
            { ...data.thumbnail, description: data.thumbnail.description ?? "" },
            { className: "thumbnail" },
          )
        : null,
    ),
    ...(data.image?.url
      ? [picture({ ...data.image, description: data.image.description ?? "" }, { className: "embed-image" })]
      : []),
    ...footer(data),
  );
  return node;
}

// Up to three inline fields stand side by side, as Discord sets them.
function fields(list, names) {
  const rows = [];
  for (const field of list) {
    const row = rows.at(-1);
    if (field.inline && row?.inline && row.fields.length < 3) row.fields.push(field);
    else rows.push({ inline: Boolean(field.inline), fields: [field] });
  }
  return rows.flatMap((row) =>
    row.fields.map((field) =>
      el(
        "div",
        { class: `embed-field share-${row.inline ? row.fields.length : 1}` },
        el("div", { class: "embed-field-name" }, inlineMarkdown(field.name, names)),
        el("div", { class: "embed-field-value" }, markdown(field.value, names)),
      ),
    ),
  );
}

function footer(data) {
  const words = [data.footer?.text, data.timestamp ? stamp(data.timestamp) : null].filter(Boolean);
  return words.length
    ? [el("div", { class: "embed-footer" }, smallPicture(data.footer?.icon_url), words.join(" • "))]
    : [];
}

function smallPicture(url) {
  const address = ownMedia(url);
  return address ? el("img", { class: "embed-icon", src: address, alt: "" }) : null;
}

function linked(url, inside) {
  const address = url ? webAddress(url) : null;
  return address
    ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, inside)
    : el("span", {}, inside);
}

export function colour(number) {
  return `#${(number & 0xffffff).toString(16).padStart(6, "0")}`;
}
