// test/standing.test.ts
import assert from "node:assert/strict";
import { test } from "node:test";

// src/standing.ts
var NONE = { state: "none" };
var TEN_YEARS = 10 * 366 * 86400;
function decode(value, site, now) {
  const [payload, signature] = (value ?? "").split(".");
  const read = payload ? parse(payload) : null;
  if (!read) return NONE;
  const { state } = read;
  const until = Number(read.until);
  if (!(until > now && until < now + TEN_YEARS)) return NONE;
  const notice = String(read.notice);
  const date = Date.parse(String(read.date)) ? String(read.date) : null;
  if (state === "given" && signature && read.site === site && isRecord(read.choices)) {
    const choices = read.choices;
    return { state, token: value, id: String(read.id), choices, notice, until, date };
  }
  if (state === "refused" || state === "withdrawn") {
    return { state, notice, date, until };
  }
  return NONE;
}
function encode({ state, notice, date, until }) {
  return btoa(JSON.stringify({ state, notice, date, until })).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
var allows = (standing, purpose) => standing.state === "given" && standing.choices[purpose] === true;
function mustAsk(standing, notice, purposes) {
  if (standing.state === "none") return true;
  if (standing.state !== "given" || standing.notice === notice) return false;
  return purposes.some((purpose) => !(purpose in standing.choices));
}
var isRecord = (value) => typeof value === "object" && value !== null;
function parse(payload) {
  try {
    const binary = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

// test/standing.test.ts
var NOW = 18e8;
var LATER = NOW + 86400;
var base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
var given = (change = {}) => `${base64url({
  state: "given",
  site: "demo",
  id: "c1",
  seq: 7,
  choices: { analytics: true, marketing: false },
  notice: "n1",
  until: LATER,
  ...change
})}.c2lnbmF0dXJl`;
test("a given consent is read from its token and allows only what was ticked", () => {
  const standing = decode(given(), "demo", NOW);
  assert.equal(standing.state, "given");
  assert.equal(allows(standing, "analytics"), true);
  assert.equal(allows(standing, "marketing"), false);
  assert.equal(allows(standing, "unheard-of"), false);
});
var unreadable = [
  ["no cookie", null],
  ["an empty cookie", ""],
  ["no base64", "%%%"],
  ["no JSON", Buffer.from("{").toString("base64url")],
  ["no object", base64url(null)],
  ["an expired one", given({ until: NOW })],
  ["one without an end", given({ until: void 0 })],
  ["one that never ends", given({ until: 1e300 })],
  ["one of another site", given({ site: "other" })],
  ["one without a signature", given().split(".")[0]],
  ["one without choices", given({ choices: null })],
  ["an unknown state", given({ state: "perhaps" })]
];
for (const [name, value] of unreadable) {
  test(`${name} is no choice`, () => {
    assert.deepEqual(decode(value, "demo", NOW), { state: "none" });
  });
}
test("a refusal survives being written and read, and names nobody", () => {
  const refusal = { state: "refused", notice: "n1", date: "2026-01-02", until: LATER };
  const value = encode(refusal);
  assert.deepEqual(decode(value, "demo", NOW), refusal);
  assert.match(value, /^[\w-]+$/);
  assert.deepEqual(Object.keys(JSON.parse(Buffer.from(value, "base64url").toString())), [
    "state",
    "notice",
    "date",
    "until"
  ]);
});
test("a date nobody can read is left out", () => {
  const standing = decode(given({ date: "2026-99-99" }), "demo", NOW);
  assert.equal(standing.state === "given" && standing.date, null);
});
var old = decode(given(), "demo", NOW);
var denied = (state) => ({ state, notice: "n0", date: "2026-01-02", until: LATER });
var asking = [
  ["nothing chosen yet", true, mustAsk({ state: "none" }, "n1", ["analytics"])],
  ["a consent to this notice", false, mustAsk(old, "n1", ["analytics", "film"])],
  ["new words, same purposes", false, mustAsk(old, "n2", ["analytics", "marketing"])],
  ["a new purpose", true, mustAsk(old, "n2", ["analytics", "film"])],
  ["a refusal, even of another notice", false, mustAsk(denied("refused"), "n2", ["film"])],
  ["a withdrawal, even of another notice", false, mustAsk(denied("withdrawn"), "n2", ["film"])]
];
for (const [name, expected, actual] of asking) {
  test(`${name}: ${expected ? "asks" : "does not ask"}`, () => assert.equal(actual, expected));
}
