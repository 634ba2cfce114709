// Acts of the person on the bot, and what the page must remember of them: what waits, what failed, what was chosen.
import * as api from "./api.js";
import { announce } from "./dom.js";

export class Actions {
  #waiting = new Map();
  #failed = new Map();
  #chosen = new Map();

  constructor(store, { openModal }) {
    this.store = store;
    this.openModal = openModal;
  }

  waitingFor(message) {
    return this.#waiting.get(message.id) ?? null;
  }

  failureOf(message) {
    return this.#failed.get(message.id) ?? null;
  }

  // What was picked in a select stays on it until the bot changes the message.
  chosenIn(message, customId) {
    const kept = this.#chosen.get(`${message.id} ${customId}`);
    return kept?.edited === message.edited_timestamp ? kept.values : null;
  }

  click(message, customId) {
    return this.#onMessage(message, customId, () =>
      api.clickButton({ as: this.me, message: message.id, custom_id: customId }),
    );
  }

  select(message, customId, values) {
    this.#chosen.set(`${message.id} ${customId}`, { values, edited: message.edited_timestamp });
    return this.#onMessage(message, customId, () =>
      api.chooseOptions({ as: this.me, message: message.id, custom_id: customId, values }),
    );
  }

  command(channel, { command, path, options, files, name }) {
    const body = { as: this.me, channel, command, ...(path.length ? { path } : {}), options };
    return this.#inChannel(channel, name, () => api.runCommand(body, files));
  }

  menu(channel, command, target) {
    return this.#inChannel(channel, command.name, () =>
      api.runMenu({ as: this.me, channel, command: command.id, target }),
    );
  }

  async modal(modal, values, files) {
    const outcome = await api.submitModal({ as: this.me, modal: modal.id, values }, files);
    if (!outcome.failed) this.#settle(outcome);
    return outcome;
  }

  async react(message, emoji, on) {
    await this.#plainly(() => api.react({ as: this.me, message: message.id, emoji, on }));
  }

  async remove(message) {
    await this.#plainly(() => api.deleteMessage({ as: this.me, message: message.id }));
  }

  async dismiss(message) {
    if (!message.local) await this.#plainly(() => api.dismissMessage({ as: this.me, message: message.id }));
    this.store.remove(message.channel_id, message.id);
  }

  async refuseDms(closed) {
    await this.#plainly(async () => this.store.apply("person", await api.setDms({ as: this.me, closed })));
  }

  get me() {
    return this.store.person.key;
  }

  async #onMessage(message, customId, act) {
    if (this.#waiting.has(message.id)) return;
    this.#waiting.set(message.id, customId);
    this.#failed.delete(message.id);
    this.#redraw(message);
    let outcome = null;
    let failure = null;
    try {
      outcome = await act();
      failure = outcome.failed;
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      failure = error.message;
    } finally {
      this.#waiting.delete(message.id);
      if (failure) this.#failed.set(message.id, failure);
      // Drawn before a form opens: the form gives the focus back to the button that stands then.
      this.#redraw(message);
    }
    if (failure) announce(`This interaction failed. ${failure}`);
    else this.#settle(outcome);
  }

  async #inChannel(channel, name, act) {
    const invocation = { name, user: this.store.person.user };
    const note = this.store.note(channel, {
      note: "sending",
      sandbox: { by_bot: true, ephemeral: true, loading: false, interaction: invocation },
    });
    let failure = null;
    try {
      const outcome = await act();
      failure = outcome.failed;
      if (!failure) this.#settle(outcome);
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      failure = error.message;
    } finally {
      this.store.remove(channel, note.id);
    }
    if (failure) this.store.note(channel, { note: "failed", content: failure, sandbox: note.sandbox });
    return failure === null;
  }

  async #plainly(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      this.store.note(this.store.open, {
        note: "failed",
        content: error.message,
        sandbox: { by_bot: true, ephemeral: true, loading: false, interaction: null },
      });
    }
  }

  #settle(outcome) {
    if (outcome.message) this.store.add(outcome.message);
    if (outcome.modal) this.openModal(outcome.modal);
  }

  #redraw(message) {
    const now = this.store.find(message.id);
    if (now) this.store.touch(now);
  }
}
