// Discord's message components, first and second version. Type numbers are Discord's.
import { el } from "./dom.js";
import { colour } from "./embeds.js";
import { buttonNode, selectNode } from "./controls.js";
import { markdown } from "./markdown_nodes.js";
import { fileCard, gallery, picture } from "./media.js";

const TYPE = {
  ROW: 1,
  BUTTON: 2,
  SECTION: 9,
  TEXT: 10,
  THUMBNAIL: 11,
  GALLERY: 12,
  FILE: 13,
  SEPARATOR: 14,
  CONTAINER: 17,
};
const SELECTS = new Set([3, 5, 6, 7, 8]);

// `scene` is {message, names, store, actions}: what drawing and pressing need.
export function componentNode(component, scene) {
  if (SELECTS.has(component.type)) return selectNode(component, scene);
  switch (component.type) {
    case TYPE.ROW:
      return el(
        "div",
        { class: "row" },
        component.components.map((inner) => componentNode(inner, scene)),
      );
    case TYPE.BUTTON:
      return buttonNode(component, scene);
    case TYPE.SECTION:
      return section(component, scene);
    case TYPE.TEXT:
      return el("div", { class: "text-display" }, markdown(component.content, scene.names));
    case TYPE.THUMBNAIL:
      return picture(media(component), { className: "thumbnail" });
    case TYPE.GALLERY:
      return gallery(component.items.map(media));
    case TYPE.FILE:
      return fileCard({
        url: component.file.url,
        filename: component.name ?? lastPart(component.file.url),
        size: component.size,
        spoiler: component.spoiler,
      });
    case TYPE.SEPARATOR:
      return separator(component);
    case TYPE.CONTAINER:
      return container(component, scene);
    default:
      return el("p", {
        class: "unknown-component",
        text: `Component of type ${component.type}: this page cannot draw it.`,
      });
  }
}

function media(item) {
  return { ...item.media, description: item.description ?? "", spoiler: item.spoiler };
}

function lastPart(url) {
  return decodeURIComponent(url.split("?")[0].split("/").at(-1));
}

function section(component, scene) {
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-texts" },
      component.components.map((inner) => componentNode(inner, scene)),
    ),
    el("div", { class: "section-accessory" }, componentNode(component.accessory, scene)),
  );
}

function separator(component) {
  const space = component.spacing === 2 ? "wide" : "narrow";
  return component.divider === false
    ? el("div", { class: `gap ${space}` })
    : el("hr", { class: `separator ${space}` });
}

function container(component, scene) {
  const node = el(
    "div",
    { class: "container" },
    component.components.map((inner) => componentNode(inner, scene)),
  );
  if (component.accent_color !== undefined && component.accent_color !== null) {
    node.classList.add("accented");
    node.style.setProperty("--accent", colour(component.accent_color));
  }
  if (!component.spoiler) return node;
  const cover = el("button", {
    type: "button",
    class: "picture-cover",
    text: "SPOILER",
    "aria-label": "Spoiler: show it",
  });
  const box = el("div", { class: "picture-spoiler block" }, node, cover);
  node.inert = true;
  cover.addEventListener("click", () => {
    node.inert = false;
    box.classList.add("shown");
    cover.remove();
  });
  return box;
}
