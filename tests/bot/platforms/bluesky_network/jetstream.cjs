// Bluesky's own firehose as the messages of Jetstream: reads com.atproto.sync.subscribeRepos of a server, prints
// one JSON line an event. What reads it plays Jetstream's part: keeping, filtering, playing back.
const { Firehose, MemoryRunner } = require("@atproto/sync");
const { IdResolver } = require("@atproto/identity");
const { lexToJson } = require("@atproto/lexicon");

const say = (kind, event, what) =>
  console.log(JSON.stringify({ did: event.did, kind, time: event.time, [kind]: what }));

const firehose = new Firehose({
  service: process.env.FIREHOSE,
  idResolver: new IdResolver({ plcUrl: process.env.PLC }),
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  // From the first event on, so that nothing is missed while this starts.
  runner: new MemoryRunner({ startCursor: 0 }),
  handleEvent: (event) => {
    if (event.event === "identity") {
      say("identity", event, { did: event.did, handle: event.handle, seq: event.seq, time: event.time });
    } else if (event.event === "account") {
      say("account", event, {
        did: event.did, active: event.active, status: event.status, seq: event.seq, time: event.time,
      });
    } else if (event.event !== "sync") {
      const { collection, rkey, rev } = event;
      const record = event.record ? { record: lexToJson(event.record), cid: String(event.cid) } : {};
      say("commit", event, { rev, operation: event.event, collection, rkey, ...record });
    }
  },
  onError: (error) => console.error(error),
});

process.on("SIGTERM", () => process.exit(0));
firehose.start();
