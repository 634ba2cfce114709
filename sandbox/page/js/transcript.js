// What really went over the wire: every request of the bot, every event to it, every act of a person.
import * as api from "./api.js";
import { button, el, fill } from "./dom.js";
import { faultsNode } from "./faults.js";
import { icon } from "./icons.js";

const KINDS = { rest: "REST", gateway: "Gateway", person: "Acts" };
const KEPT = 500;

export class Transcript {
  #node = document.getElementById("transcript");
  #entries = [];
  #last = 0;
  // What arrives while the past is still on its way; null when nothing is being loaded.
  #waiting = null;
  #run = null;
  #kinds = new Set(["rest", "gateway", "person"]);
  #wanted = "";
  #list = el("ol", { class: "entries", "aria-label": "Requests, newest last" });
  #scroll = el("div", { class: "entries-scroll", tabindex: 0, role: "region", "aria-label": "Requests" });
  #faults = el("div", { class: "faults" });

  constructor(app) {
    this.app = app;
    app.store.addEventListener("faults", () => this.#drawFaults());
    app.store.addEventListener("loaded", () => this.#loaded());
    this.#scroll.append(this.#list);
  }

  // Another run of the sandbox counts from one again.
  #loaded() {
    const { id } = this.app.store.guild;
    if (this.#run !== null && this.#run !== id) {
      this.#entries = [];
      this.#last = 0;
      this.#redraw();
    }
    this.#run = id;
    this.#drawFaults();
  }

  async open() {
    fill(this.#node, this.#head(), this.#filters(), this.#scroll, this.#faults);
    this.#drawFaults();
    if (this.#waiting) return;
    this.#waiting = [];
    try {
      await this.#loadPast();
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      this.app.complain(error.message);
    }
    const waited = this.#waiting;
    this.#waiting = null;
    this.#append(waited);
  }

  add(entries) {
    if (this.#waiting) this.#waiting.push(...entries);
    else this.#append(entries);
  }

  async #loadPast() {
    for (;;) {
      const { entries, last } = await api.loadTranscript(this.#last);
      this.#append(entries);
      if (!entries.length || this.#last >= last) return;
    }
  }

  #append(entries) {
    const fresh = entries.filter((entry) => entry.n > this.#last);
    if (!fresh.length) return;
    this.#last = fresh.at(-1).n;
    this.#entries = [...this.#entries, ...fresh].slice(-KEPT);
    const pinned = this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < 60;
    this.#list.append(...fresh.filter((entry) => this.#shown(entry)).map(entryNode));
    while (this.#list.children.length > KEPT) this.#list.firstChild.remove();
    if (pinned) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #shown(entry) {
    return (
      this.#kinds.has(entry.kind) &&
      (!this.#wanted || `${entry.title} ${entry.status ?? ""}`.toLowerCase().includes(this.#wanted))
    );
  }

  #redraw() {
    fill(this.#list, this.#entries.filter((entry) => this.#shown(entry)).map(entryNode));
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #head() {
    return el(
      "div",
      { class: "panel-head" },
      el("h2", { class: "panel-name", text: "Raw requests" }),
      el("a", {
        class: "text-link",
        href: api.transcriptText,
        target: "_blank",
        rel: "noopener",
        text: "As text",
      }),
      button(
        "Close the requests",
        { class: "icon-button", on: { click: () => this.app.togglePanel("transcript") } },
        icon("close"),
      ),
    );
  }

  #filters() {
    const search = el("input", {
      type: "search",
      class: "text-input",
      placeholder: "Filter",
      "aria-label": "Filter the requests",
      on: {
        input: () => {
          this.#wanted = search.value.trim().toLowerCase();
          this.#redraw();
        },
      },
    });
    const kinds = Object.entries(KINDS).map(([kind, label]) => {
      const toggle = el("button", {
        type: "button",
        class: "filter",
        "aria-pressed": String(this.#kinds.has(kind)),
        text: label,
      });
      toggle.addEventListener("click", () => {
        if (!this.#kinds.delete(kind)) this.#kinds.add(kind);
        toggle.setAttribute("aria-pressed", String(this.#kinds.has(kind)));
        this.#redraw();
      });
      return toggle;
    });
    return el(
      "div",
      { class: "filters" },
      search,
      el("div", { class: "filter-row", role: "group", "aria-label": "Kinds" }, kinds),
    );
  }

  #drawFaults() {
    fill(this.#faults, faultsNode(this.app));
  }
}

function entryNode(entry) {
  const way = entry.direction === "in" ? "from the bot" : "to the bot";
  const state =
    entry.status === null ? "" : entry.status < 300 ? "good" : entry.status < 500 ? "bad" : "worse";
  const summary = el(
    "summary",
    {},
    el("span", {
      class: `way ${entry.kind}`,
      title: entry.kind === "person" ? "an act" : way,
      text: entry.kind === "person" ? "●" : entry.direction === "in" ? "→" : "←",
    }),
    el("span", { class: "entry-title", title: entry.title, text: shortened(entry.title) }),
    entry.fault ? el("span", { class: "entry-fault", text: entry.fault }) : null,
    entry.status === null ? null : el("span", { class: `entry-status ${state}`, text: entry.status }),
    entry.ms === null ? null : el("span", { class: "entry-ms", text: `${entry.ms} ms` }),
  );
  const details = el("details", { class: "entry" }, summary);
  // The bodies are drawn when asked for: there may be hundreds of them.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(...bodies(entry));
  });
  return el("li", {}, details);
}

// Ids and tokens are long and say little at a glance; the whole title opens with the entry.
function shortened(title) {
  return title.replace(/\d{13,}(\d{4})/g, "…$1").replace(/\/[\w-]{32,}/g, "/…");
}

function bodies(entry) {
  const block = (title, value) =>
    value === null || value === undefined
      ? []
      : [
          el("p", { class: "entry-part", text: title }),
          el("pre", {
            class: "entry-body",
            tabindex: 0,
            role: "region",
            "aria-label": title,
            text: JSON.stringify(value, null, 2),
          }),
        ];
  return [
    el("p", { class: "entry-part", text: `${entry.n} · ${entry.at} · ${entry.title}` }),
    ...block("Request", entry.request),
    ...block("Answer", entry.answer),
    ...(entry.files?.length
      ? [el("p", { class: "entry-part", text: `Files: ${entry.files.join(", ")}` })]
      : []),
  ];
}
