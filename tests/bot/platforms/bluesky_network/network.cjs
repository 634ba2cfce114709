// A Bluesky network in one process: directory of identities, account server (PDS), AppView, moderation service.
// Ports and schema come from the environment; one line of JSON on standard output says that all answer.
const { TestNetwork, mockMailer } = require("@atproto/dev-env");

const port = (name) => Number(process.env[name]);

(async () => {
  const network = await TestNetwork.create({
    dbPostgresSchema: process.env.DB_POSTGRES_SCHEMA,
    plc: { port: port("PLC_PORT") },
    pds: { port: port("PDS_PORT"), hostname: "localhost", enableDidDocWithSession: true },
    bsky: { port: port("BSKY_PORT"), publicUrl: `http://localhost:${port("BSKY_PORT")}` },
    ozone: { port: port("OZONE_PORT") },
  });
  mockMailer(network.pds);
  const [, basic] = network.pds.adminAuthHeaders().authorization.split(" ");
  console.log(
    JSON.stringify({ bsky: network.bsky.url, pds: network.pds.url, plc: network.plc.url, admin: basic }),
  );
  process.on("SIGTERM", async () => {
    await network.close();
    process.exit(0);
  });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
