// Pictures, galleries and files, in attachments, embeds and components alike.
import { button, el, fileSize, fill, ownMedia, webAddress } from "./dom.js";
import { icon } from "./icons.js";

const PREVIEWED = /\.(txt|csv|tsv|json|jsonl|md|log|gexf|graphml|xml|html?)$/i;
const PREVIEW_CHARACTERS = 20_000;
const RASTER = /\.(png|jpe?g|gif|webp|avif)$/i;

export function isImage(attachment) {
  return attachment.content_type
    ? /^image\/(png|jpeg|gif|webp|avif)/.test(attachment.content_type)
    : RASTER.test(attachment.filename ?? "");
}

// `item` is {url, width?, height?, description?, spoiler?}.
export function picture(item, { className = "", open = true } = {}) {
  const address = ownMedia(item.url);
  if (!address) return elsewhere(item);
  const image = el("img", {
    src: address,
    alt: item.description ?? "",
    width: item.width,
    height: item.height,
    loading: "lazy",
    decoding: "async",
  });
  const label = item.description ? `Open the picture: ${item.description}` : "Open the picture";
  const frame = open
    ? button(label, { class: `picture ${className}`, on: { click: () => lightbox(item, address) } }, image)
    : el("span", { class: `picture ${className}` }, image);
  frame.removeAttribute("title");
  image.addEventListener("error", () => frame.replaceWith(elsewhere(item, "This picture cannot be shown")));
  return item.spoiler ? covered(frame) : frame;
}

// The page asks no other server for anything; it says where the picture would come from.
function elsewhere(item, words = "Picture from elsewhere, not loaded in the sandbox") {
  const address = webAddress(item.url);
  return el(
    "span",
    {
      class: "picture-missing",
      role: "img",
      "aria-label": `${words}${item.description ? `: ${item.description}` : ""}`,
    },
    icon("image"),
    el(
      "span",
      {},
      el("span", { text: item.description || words }),
      address ? el("span", { class: "picture-host", text: new URL(address).hostname }) : null,
    ),
  );
}

function covered(frame) {
  frame.inert = true;
  const cover = button("Spoiler: show the picture", { class: "picture-cover" }, "SPOILER");
  cover.addEventListener("click", () => {
    frame.inert = false;
    box.classList.add("shown");
    cover.remove();
  });
  const box = el("span", { class: "picture-spoiler" }, frame, cover);
  return box;
}

export function gallery(items) {
  const shape = items.length > 4 ? "many" : `of-${items.length}`;
  return el(
    "div",
    { class: `gallery ${shape}` },
    items.map((item) => picture(item, { className: "in-gallery" })),
  );
}

function lightbox(item, address) {
  const dialog = el(
    "dialog",
    { class: "lightbox", "aria-label": item.description || "Picture" },
    el("img", { src: address, alt: item.description ?? "" }),
    item.description ? el("p", { class: "lightbox-text", text: item.description }) : null,
    el(
      "div",
      { class: "lightbox-bar" },
      el("a", { href: address, target: "_blank", rel: "noopener noreferrer", text: "Open in the browser" }),
      button("Close", { class: "button secondary", on: { click: () => dialog.close() } }),
    ),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// `file` is {url, filename, size?, spoiler?}.
export function fileCard(file) {
  const address = ownMedia(file.url);
  const name = file.filename;
  const card = el(
    "div",
    { class: "file" },
    el(
      "div",
      { class: "file-row" },
      icon("file", "file-icon"),
      el(
        "div",
        { class: "file-words" },
        address
          ? el("a", { class: "file-name", href: address, download: name, text: name })
          : el("span", { class: "file-name", text: name }),
        file.size === undefined || file.size === null
          ? null
          : el("span", { class: "file-size", text: fileSize(file.size) }),
      ),
      address && PREVIEWED.test(name) ? previewButton(address, name) : null,
      address
        ? el(
            "a",
            {
              class: "icon-button",
              href: address,
              download: name,
              "aria-label": `Download ${name}`,
              title: "Download",
            },
            icon("download"),
          )
        : null,
    ),
  );
  return file.spoiler ? covered(card) : card;
}

function previewButton(address, name) {
  const control = button(
    `Show the contents of ${name}`,
    { class: "icon-button", "aria-expanded": "false", title: "Show" },
    icon("eye"),
  );
  control.addEventListener("click", async () => {
    const card = control.closest(".file");
    const shown = card.querySelector(".file-preview");
    control.setAttribute("aria-expanded", String(!shown));
    if (shown) {
      shown.remove();
      return;
    }
    const preview = el("pre", {
      class: "file-preview",
      tabindex: 0,
      role: "region",
      "aria-label": `Contents of ${name}`,
      text: "…",
    });
    card.append(preview);
    fill(preview, await contents(address));
  });
  return control;
}

async function contents(address) {
  try {
    const text = await (await fetch(address)).text();
    return text.length > PREVIEW_CHARACTERS
      ? `${text.slice(0, PREVIEW_CHARACTERS)}\n… (cut here; download the file for the rest)`
      : text;
  } catch {
    return "The file cannot be read.";
  }
}

export function attachments(list) {
  const pictures = list
    .filter(isImage)
    .map((attachment) => ({ ...attachment, spoiler: attachment.filename.startsWith("SPOILER_") }));
  const files = list.filter((attachment) => !isImage(attachment));
  return [pictures.length ? gallery(pictures) : null, ...files.map(fileCard)];
}
