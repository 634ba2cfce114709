// The line to the sandbox: loads what a person sees, follows what happens, and comes back after a break.
import * as api from "./api.js";

const RETRY_MS = 1500;
const BROKEN = "The line to the sandbox is broken. Trying again…";

export class Line {
  #stop = () => {};
  #cursor = 0;
  #load = 0;

  // `onState(state)` with everything, `onEvent(type, data)` from then on, `onTrouble(words | null)`.
  constructor({ onState, onEvent, onTrouble }) {
    this.onState = onState;
    this.onEvent = onEvent;
    this.onTrouble = onTrouble;
  }

  async open(as, { requests }) {
    this.#load += 1;
    const mine = this.#load;
    let state;
    try {
      state = await api.loadState(as);
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      if (mine === this.#load) this.#again(as, { requests, words: error.message });
      return;
    }
    // Somebody else may have been chosen meanwhile.
    if (mine !== this.#load) return;
    this.#cursor = state.cursor;
    this.onTrouble(null);
    this.onState(state);
    this.follow(as, { requests });
  }

  follow(as, { requests }) {
    this.#stop();
    this.#stop = api.follow({
      as,
      after: this.#cursor,
      requests,
      onEvent: (type, data, id) => {
        if (id) this.#cursor = Number(id);
        if (type === "reset") this.open(as, { requests });
        else this.onEvent(type, data);
      },
      onError: () => this.#again(as, { requests, words: BROKEN }),
    });
  }

  // What answers next may be another run of the sandbox, with ids of its own: everything is loaded anew.
  #again(as, { requests, words }) {
    this.#stop();
    this.onTrouble(words);
    const mine = this.#load;
    setTimeout(() => mine === this.#load && this.open(as, { requests }), RETRY_MS);
  }
}
