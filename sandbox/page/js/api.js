// The sandbox's page API (docs/sandbox-api.md), one function a route.

const BASE = "/sandbox/api";

export class ActError extends Error {}

async function answer(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  if (!response.ok) throw new ActError(body?.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

async function get(path, query) {
  const parameters = new URLSearchParams(query);
  return answer(await reach(`${BASE}/${path}?${parameters}`, {}));
}

async function post(path, body, files = []) {
  if (!files.length) {
    return answer(
      await reach(`${BASE}/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  }
  const form = new FormData();
  form.append("payload_json", JSON.stringify(body));
  files.forEach((file, index) => form.append(`files[${index}]`, file, file.name));
  return answer(await reach(`${BASE}/${path}`, { method: "POST", body: form }));
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new ActError("The sandbox cannot be reached. Is it still running?");
  }
}

export const loadState = (as) => get("state", { as });
export const loadOlder = (as, channel, before) =>
  get(`channels/${channel}/messages`, { as, before, limit: 50 });
export const loadTranscript = (after) => get("transcript", { after, limit: 200 });
export const transcriptText = `${BASE}/transcript?after=0&limit=1000&format=text`;

export const sendMessage = (body, files) => post("message", body, files);
export const runCommand = (body, files) => post("command", body, files);
export const autocomplete = (body) => post("autocomplete", body);
export const runMenu = (body) => post("menu", body);
export const clickButton = (body) => post("click", body);
export const chooseOptions = (body) => post("select", body);
export const submitModal = (body, files) => post("modal", body, files);
export const react = (body) => post("react", body);
export const deleteMessage = (body) => post("delete", body);
export const dismissMessage = (body) => post("dismiss", body);
export const setDms = (body) => post("dms", body);
export const addFault = (body) => post("faults", body);
export const clearFaults = async () => answer(await reach(`${BASE}/faults`, { method: "DELETE" }));

const EVENTS = [
  "message_create",
  "message_update",
  "message_delete",
  "channel_create",
  "channel_update",
  "channel_delete",
  "typing",
  "commands",
  "bot",
  "person",
  "faults",
  "request",
  "reset",
];

// `onEvent(type, data, id)`; `onError()` when the line breaks. Returns the function that ends it.
export function follow({ as, after, requests, onEvent, onError }) {
  const query = new URLSearchParams({ as, after, ...(requests ? { requests: 1 } : {}) });
  const source = new EventSource(`${BASE}/events?${query}`);
  source.addEventListener("error", onError);
  for (const type of EVENTS) {
    source.addEventListener(type, (event) => onEvent(type, JSON.parse(event.data), event.lastEventId));
  }
  return () => source.close();
}
