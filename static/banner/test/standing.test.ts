import assert from "node:assert/strict";
import { test } from "node:test";
import { allows, decode, encode, mustAsk } from "../src/standing";

const NOW = 1_800_000_000;
const LATER = NOW + 86400;
const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");
const given = (change: object = {}): string =>
  `${base64url({
    state: "given",
    site: "demo",
    id: "c1",
    seq: 7,
    choices: { analytics: true, marketing: false },
    notice: "n1",
    until: LATER,
    ...change,
  })}.c2lnbmF0dXJl`;

test("a given consent is read from its token and allows only what was ticked", () => {
  const standing = decode(given(), "demo", NOW);
  assert.equal(standing.state, "given");
  assert.equal(allows(standing, "analytics"), true);
  assert.equal(allows(standing, "marketing"), false);
  assert.equal(allows(standing, "unheard-of"), false);
});

const unreadable: [string, string | null][] = [
  ["no cookie", null],
  ["an empty cookie", ""],
  ["no base64", "%%%"],
  ["no JSON", Buffer.from("{").toString("base64url")],
  ["no object", base64url(null)],
  ["an expired one", given({ until: NOW })],
  ["one without an end", given({ until: undefined })],
  ["one that never ends", given({ until: 1e300 })],
  ["one of another site", given({ site: "other" })],
  ["one without a signature", given().split(".")[0] as string],
  ["one without choices", given({ choices: null })],
  ["an unknown state", given({ state: "perhaps" })],
];
for (const [name, value] of unreadable) {
  test(`${name} is no choice`, () => {
    assert.deepEqual(decode(value, "demo", NOW), { state: "none" });
  });
}

test("a refusal survives being written and read, and names nobody", () => {
  const refusal = { state: "refused", notice: "n1", date: "2026-01-02", until: LATER } as const;
  const value = encode(refusal);
  assert.deepEqual(decode(value, "demo", NOW), refusal);
  assert.match(value, /^[\w-]+$/);
  assert.deepEqual(Object.keys(JSON.parse(Buffer.from(value, "base64url").toString())), [
    "state",
    "notice",
    "date",
    "until",
  ]);
});

test("a date nobody can read is left out", () => {
  const standing = decode(given({ date: "2026-99-99" }), "demo", NOW);
  assert.equal(standing.state === "given" && standing.date, null);
});

const old = decode(given(), "demo", NOW);
const denied = (state: "refused" | "withdrawn") =>
  ({ state, notice: "n0", date: "2026-01-02", until: LATER }) as const;
const asking: [string, boolean, boolean][] = [
  ["nothing chosen yet", true, mustAsk({ state: "none" }, "n1", ["analytics"])],
  ["a consent to this notice", false, mustAsk(old, "n1", ["analytics", "film"])],
  ["new words, same purposes", false, mustAsk(old, "n2", ["analytics", "marketing"])],
  ["a new purpose", true, mustAsk(old, "n2", ["analytics", "film"])],
  ["a refusal, even of another notice", false, mustAsk(denied("refused"), "n2", ["film"])],
  ["a withdrawal, even of another notice", false, mustAsk(denied("withdrawn"), "n2", ["film"])],
];
for (const [name, expected, actual] of asking) {
  test(`${name}: ${expected ? "asks" : "does not ask"}`, () => assert.equal(actual, expected));
}
