// What the person who acts can see: loaded once, then kept current by events. Views listen, they never write here.

const TYPING_MS = 10_000;
export const FLAGS = { SUPPRESS_EMBEDS: 4, SILENT: 4096, COMPONENTS_V2: 32768 };

export class Store extends EventTarget {
  person = null;
  people = [];
  bot = null;
  guild = null;
  channels = new Map();
  messages = new Map();
  exhausted = new Set();
  commands = [];
  faults = [];
  unread = new Map();
  typing = new Map();
  open = null;

  replace(state) {
    this.person = state.me;
    this.people = state.people;
    this.bot = state.bot;
    this.guild = state.guild;
    this.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
    this.messages = new Map(Object.entries(state.messages).map(([id, list]) => [id, [...list].sort(byId)]));
    this.exhausted = new Set();
    this.commands = state.commands;
    this.faults = state.faults;
    this.unread = new Map();
    this.typing = new Map();
    this.#tell("loaded");
  }

  apply(type, data) {
    switch (type) {
      case "message_create":
      case "message_update":
        this.put(data.message, { channel: data.channel });
        break;
      case "message_delete":
        this.remove(data.channel, data.message);
        break;
      case "channel_create":
      case "channel_update":
        this.channels.set(data.channel.id, data.channel);
        this.#tell("channels");
        break;
      case "channel_delete":
        this.channels.delete(data.channel);
        this.#tell("channels");
        break;
      case "typing":
        this.#type(data.channel, data.user);
        break;
      case "commands":
        this.commands = data.commands;
        this.#tell("commands");
        break;
      case "bot":
        this.bot = { ...this.bot, connected: data.connected };
        this.#tell("bot");
        break;
      case "person":
        this.#person(data.person);
        break;
      case "faults":
        this.faults = data.faults;
        this.#tell("faults");
        break;
      default:
        break;
    }
  }

  // For the answers of acts: the events tell of the same message, and may have told of a later state of it already.
  add(message) {
    if (!this.list(message.channel_id).some((other) => other.id === message.id)) this.put(message);
  }

  put(message, { channel = message.channel_id } = {}) {
    const list = this.#list(channel);
    const at = list.findIndex((other) => other.id === message.id);
    const before = at === -1 ? null : list[at];
    if (before && JSON.stringify(before) === JSON.stringify(message)) return;
    if (before) list[at] = message;
    else list.splice(place(list, message), 0, message);
    this.#typed(channel, message.author?.id);
    const fresh = !before && !message.local;
    if (fresh && channel !== this.open && message.author.id !== this.person.user.id) {
      const count = this.unread.get(channel) ?? { messages: 0, mentions: 0 };
      const called = this.mentionsMe(message) || this.channels.get(channel)?.kind === "dm";
      this.unread.set(channel, { messages: count.messages + 1, mentions: count.mentions + (called ? 1 : 0) });
      this.#tell("unread");
    }
    this.#tell("message", { channel, message, kind: before ? "update" : "create" });
  }

  // Draw a message again although it did not change: an act on it is under way or has failed.
  touch(message) {
    this.#tell("message", { channel: message.channel_id, message, kind: "update" });
  }

  remove(channel, id) {
    const list = this.#list(channel);
    const at = list.findIndex((other) => other.id === id);
    if (at === -1) return;
    const [message] = list.splice(at, 1);
    this.#tell("message", { channel, message, kind: "delete" });
  }

  prepend(channel, older, more) {
    const known = new Set(this.#list(channel).map((message) => message.id));
    this.messages.set(channel, [
      ...older.filter((message) => !known.has(message.id)),
      ...this.#list(channel),
    ]);
    if (!more) this.exhausted.add(channel);
    this.#tell("older", { channel });
  }

  // A line that only this page knows: "the application did not respond".
  note(channel, fields) {
    const last = this.#list(channel).at(-1)?.id ?? "1";
    const message = {
      id: String(BigInt(last) + 1n),
      channel_id: channel,
      timestamp: new Date().toISOString(),
      local: true,
      author: this.bot.user,
      content: "",
      ...fields,
    };
    this.put(message, { channel });
    return message;
  }

  show(channel) {
    this.open = channel;
    this.unread.delete(channel);
    this.#tell("open");
  }

  list(channel) {
    return this.messages.get(channel) ?? [];
  }

  find(message) {
    for (const list of this.messages.values()) {
      const found = list.find((other) => other.id === message);
      if (found) return found;
    }
    return null;
  }

  member(id) {
    return this.guild.members.find((member) => member.user.id === id) ?? null;
  }

  user(id) {
    return (
      this.member(id)?.user ??
      this.people.find((person) => person.user.id === id)?.user ??
      (this.bot.user.id === id ? this.bot.user : null)
    );
  }

  role(id) {
    return this.guild.roles.find((role) => role.id === id) ?? null;
  }

  mentionsMe(message) {
    if (message.mention_everyone) return true;
    if (message.mentions?.some((user) => user.id === this.person.user.id)) return true;
    return message.mention_roles?.some((role) => this.person.roles.includes(role)) ?? false;
  }

  #list(channel) {
    if (!this.messages.has(channel)) this.messages.set(channel, []);
    return this.messages.get(channel);
  }

  #person(person) {
    this.people = this.people.map((other) => (other.key === person.key ? person : other));
    if (this.person.key === person.key) this.person = person;
    this.#tell("person");
  }

  #type(channel, user) {
    const now = this.typing.get(channel) ?? new Map();
    clearTimeout(now.get(user.id)?.timer);
    const timer = setTimeout(() => this.#typed(channel, user.id), TYPING_MS);
    now.set(user.id, { user, timer });
    this.typing.set(channel, now);
    this.#tell("typing");
  }

  #typed(channel, user) {
    const now = this.typing.get(channel);
    if (!now?.has(user)) return;
    clearTimeout(now.get(user).timer);
    now.delete(user);
    this.#tell("typing");
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

export function nameOf(user) {
  return user.global_name ?? user.username;
}

// Ids are numbers of up to 20 digits: longer is later, equal lengths compare as text.
export function byId(one, other) {
  return one.id.length - other.id.length || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}

function place(list, message) {
  let at = list.length;
  while (at > 0 && byId(list[at - 1], message) > 0) at -= 1;
  return at;
}
