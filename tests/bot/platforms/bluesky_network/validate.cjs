// Reads lines of {"method", "body"} and answers each with {"ok"} or {"ok": false, "error"}: whether the body is
// what the published lexicon says that this method answers.
const { lexicons } = require("@atproto/api");
const readline = require("readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { method, body } = JSON.parse(line);
  try {
    lexicons.assertValidXrpcOutput(method, body);
    console.log(JSON.stringify({ ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ ok: false, error: String(error) }));
  }
});
