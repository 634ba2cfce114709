// Bad weather on demand: the faults a person may want to see the bot live through.
import * as api from "./api.js";
import { button, el } from "./dom.js";

const FAULTS = [
  ["429 on the next request", { kind: "rate_limit", scope: "user", retry_after: 1, via: true, times: 1 }],
  ["502 on the next request", { kind: "status", status: 502, times: 1 }],
  ["Answers late by 2 s, three times", { kind: "delay", seconds: 2, times: 3 }],
  ["Next answer lost", { kind: "lose_answer", times: 1 }],
  ["Gateway dropped", { kind: "drop" }],
  ["Session invalid", { kind: "invalid_session", resumable: false }],
  ["Gateway late by 4 s", { kind: "slow_gateway", seconds: 4 }],
  ["Gateway quick again", { kind: "slow_gateway", seconds: 0 }],
  ["Next interaction twice", { kind: "duplicate_interaction", times: 1 }],
];

export function faultsNode(app) {
  const run = (act) => async () => {
    try {
      app.store.apply("faults", { faults: (await act()).faults ?? [] });
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      app.complain(error.message);
    }
  };
  const waiting = app.store.faults;
  return el(
    "details",
    { class: "faults-box", open: waiting.length > 0 },
    el("summary", { text: waiting.length ? `Faults: ${waiting.length} waiting` : "Faults" }),
    el(
      "div",
      { class: "fault-buttons" },
      FAULTS.map(([label, fault]) =>
        button(label, { class: "button secondary small", on: { click: run(() => api.addFault(fault)) } }),
      ),
    ),
    waiting.length
      ? el(
          "ul",
          { class: "fault-list" },
          waiting.map((fault) => el("li", { text: words(fault) })),
        )
      : null,
    waiting.length
      ? button("Take them all back", {
          class: "button danger small",
          on: { click: run(async () => ({ faults: [], ...(await api.clearFaults()) })) },
        })
      : null,
  );
}

function words({ kind, id: _id, ...rest }) {
  return `${kind.replaceAll("_", " ")} ${Object.entries(rest)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}`;
}
