// The message box: text, files, answers, mentions, and the way into slash commands.
import * as api from "./api.js";
import { CommandForm } from "./command.js";
import { closedNotice, fileChip, placeName, replyLine } from "./composer_parts.js";
import { button, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { offerMentions, withMentions } from "./mentions.js";
import { entries, entryRow, matching, typedCommand } from "./picker.js";
import { nameOf } from "./state.js";
import { Suggestions } from "./suggestions.js";

const MAX_FILES = 10;
const MAX_LENGTH = 2000;

export class Composer {
  #files = [];
  #reply = null;
  #command = null;
  #drafts = new Map();
  #drawn = null;

  constructor(app) {
    this.app = app;
    this.store = app.store;
    this.suggestions = new Suggestions();
    this.area = document.getElementById("composer-area");
    this.chooser = el("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      tabindex: -1,
      "aria-hidden": "true",
      on: { change: () => this.#addFiles(this.chooser.files) },
    });
    this.input = el("textarea", {
      id: "input",
      class: "input",
      rows: 1,
      maxlength: MAX_LENGTH,
      "aria-autocomplete": "list",
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#keys(event));
    this.input.addEventListener("blur", () => this.suggestions.hide());
    this.input.addEventListener(
      "paste",
      (event) => event.clipboardData.files.length && this.#addFiles(event.clipboardData.files),
    );
    this.bar = el("div", { class: "composer-bar" });
    this.replyBar = el("div", { class: "reply-bar", hidden: true });
    this.chips = el("div", { class: "file-chips", hidden: true });
    this.store.addEventListener("open", () => this.#switch());
    this.store.addEventListener("loaded", () => this.#switch());
    this.store.addEventListener("channels", () => this.#draw());
    const chat = document.getElementById("chat");
    chat.addEventListener("dragover", (event) => event.preventDefault());
    chat.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#addFiles(event.dataTransfer.files);
    });
  }

  focus() {
    if (this.#command) this.#command.focus();
    else if (this.input.isConnected) this.input.focus();
    else this.area.focus();
  }

  reply(message) {
    this.#reply = message;
    this.#draw();
    this.focus();
  }

  mention(user) {
    if (this.#command) return;
    const text = this.input.value;
    this.#setText(`${text}${text && !text.endsWith(" ") ? " " : ""}@${nameOf(user)} `);
  }

  // From a command mention in a message: by id when it still exists, else by name.
  start(name) {
    const entry = this.#entries().find((other) => other.name === name);
    if (entry) this.#enterCommand(entry, new Map());
    else this.#setText(`/${name}`);
  }

  get #channel() {
    return this.store.channels.get(this.store.open);
  }

  #entries() {
    return entries(this.store.commands, { dm: this.#channel?.kind === "dm" });
  }

  #switch() {
    const key = `${this.store.person.key} ${this.store.open}`;
    if (key !== this.#drawn) {
      if (this.#drawn) this.#drafts.set(this.#drawn, this.input.value);
      this.#drawn = key;
      this.#command = null;
      this.#reply = null;
      this.#files = [];
      this.input.value = this.#drafts.get(key) ?? "";
    }
    this.#draw();
    this.#grow();
  }

  #draw() {
    const channel = this.#channel;
    if (!channel) return;
    const focused = this.area.contains(document.activeElement);
    if (channel.kind === "forum") {
      fill(this.area);
      return;
    }
    if (!channel.can_send) {
      fill(this.area, closedNotice(channel.why_not));
      return;
    }
    const place = placeName(channel);
    this.input.placeholder = `Message ${place}`;
    this.input.setAttribute("aria-label", `Message ${place}. Type / for commands.`);
    this.#drawBar();
    fill(this.replyBar, this.#reply ? replyLine(this.#reply, () => this.#stopReply()) : []);
    this.replyBar.hidden = !this.#reply;
    fill(
      this.chips,
      this.#files.map((file, at) => fileChip(file, () => this.#removeFile(at))),
    );
    this.chips.hidden = !this.#files.length;
    if (!this.area.contains(this.bar))
      fill(
        this.area,
        this.suggestions.node,
        el("div", { class: "composer" }, this.replyBar, this.chips, this.bar),
        this.chooser,
      );
    if (focused) this.focus();
  }

  // Only when the kind of content changes: a text field that is put in again loses focus and half-typed characters.
  #drawBar() {
    const content = this.#command ? this.#command.node : this.input;
    if (content.parentNode === this.bar) return;
    const leave = () => this.#command.leave();
    fill(
      this.bar,
      this.#command
        ? button("Leave the command", { class: "icon-button", on: { click: leave } }, icon("close"))
        : button(
            "Add files",
            { class: "icon-button", on: { click: () => this.chooser.click() } },
            icon("plus"),
          ),
      content,
      button(
        this.#command ? "Send the command" : "Send",
        { class: "icon-button send", on: { click: () => this.#send() } },
        icon("send"),
      ),
    );
  }

  #stopReply() {
    this.#reply = null;
    this.#draw();
    this.focus();
  }

  #addFiles(files) {
    this.#files = [...this.#files, ...files].slice(0, MAX_FILES);
    this.chooser.value = "";
    this.#draw();
    this.focus();
  }

  #removeFile(at) {
    this.#files.splice(at, 1);
    this.#draw();
    this.focus();
  }

  #setText(text) {
    this.#command = null;
    this.input.value = text;
    this.#draw();
    this.#grow();
    this.input.focus();
    this.#typed();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 320)}px`;
  }

  #typed() {
    this.#grow();
    const text = this.input.value;
    if (text.startsWith("/")) {
      const typed = typedCommand(text, this.#entries());
      if (typed) this.#enterCommand(typed.entry, typed.values);
      else this.#offerCommands(text.slice(1));
      return;
    }
    offerMentions(this.input, {
      store: this.store,
      suggestions: this.suggestions,
      onInsert: () => this.#grow(),
    });
  }

  #offerCommands(typed) {
    const found = matching(this.#entries(), typed);
    const { user } = this.store.bot;
    const items = found.map((entry) => ({ node: entryRow(entry, user), entry }));
    this.suggestions.show({
      owner: this.input,
      label: "Commands",
      heading: [el("b", { text: nameOf(user) })],
      help: items.length ? null : "No command matches. Without a command the line is sent as a message.",
      items,
      onPick: ({ entry }) => this.#enterCommand(entry, new Map()),
    });
  }

  #enterCommand(entry, values) {
    this.suggestions.hide();
    this.#command = new CommandForm(entry, {
      store: this.store,
      suggestions: this.suggestions,
      values,
      onSend: (sent, options, files) => this.#sendCommand(sent, options, files),
      onLeave: (text) => this.#setText(text),
    });
    this.input.value = "";
    this.#draw();
    this.#command.focus();
  }

  #keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const plain = !event.shiftKey && !event.isComposing;
    if (step && this.suggestions.open) this.suggestions.move(step);
    else if ((event.key === "Enter" || event.key === "Tab") && plain && this.suggestions.open)
      this.suggestions.pick();
    else if (event.key === "Escape" && !this.suggestions.node.hidden) this.suggestions.hide();
    else if (event.key === "Escape" && this.#reply) this.#stopReply();
    else if (event.key === "Enter" && plain) this.#send();
    else return;
    event.preventDefault();
  }

  async #send() {
    if (this.#command) {
      this.#command.send();
      return;
    }
    const content = withMentions(this.input.value.trim(), this.store);
    if (!content && !this.#files.length) return;
    const body = {
      as: this.store.person.key,
      channel: this.store.open,
      content,
      ...(this.#reply ? { reply_to: this.#reply.id } : {}),
    };
    const files = this.#files;
    this.input.value = "";
    this.#files = [];
    this.#reply = null;
    this.#draw();
    this.#grow();
    try {
      const { message } = await api.sendMessage(body, files);
      this.store.add(message);
    } catch (error) {
      if (!(error instanceof api.ActError)) throw error;
      this.input.value = content;
      this.#grow();
      this.app.complain(error.message);
    }
    this.app.toEnd();
  }

  async #sendCommand(entry, options, files) {
    this.#command = null;
    this.#draw();
    this.input.focus();
    this.app.toEnd();
    await this.app.actions.command(this.store.open, {
      command: entry.command.id,
      path: entry.path,
      options,
      files,
      name: entry.name,
    });
  }
}
