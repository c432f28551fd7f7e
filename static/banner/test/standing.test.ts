import assert from "node:assert/strict";
import { test } from "node:test";
import { type Given, decode, due, renewed } from "../src/standing";

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

test("a given consent is read from its token", () => {
  const standing = decode(given(), "demo", NOW) as Given;
  assert.equal(standing.state, "given");
  assert.deepEqual(standing.choices, { analytics: true, marketing: false });
});

const unreadable: [string, string][] = [
  ["no cookie", ""],
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
  ["no object at all", base64url(7)],
  ["an unknown state", given({ state: "perhaps" })],
];
for (const [name, value] of unreadable) {
  test(`${name} is no choice`, () => {
    assert.deepEqual(decode(value, "demo", NOW), { state: "none" });
  });
}

test("a refusal is read", () => {
  const refusal = { state: "refused", notice: "n1", date: "2026-01-02", until: LATER } as const;
  assert.deepEqual(decode(base64url(refusal), "demo", NOW), refusal);
});

test("choices of another shape break nothing and allow nothing", () => {
  const standing = decode(given({ choices: "analytics" }), "demo", NOW);
  assert.deepEqual(due(standing, ["analytics"]), ["analytics"]);
});

test("the code of the receipt is read; a cookie from before there were receipts has none", () => {
  const codes = [{ receipt: "K7QM2XWP9TRD" }, { receipt: undefined }].map(
    (change) => (decode(given(change), "demo", NOW) as Given).receipt,
  );
  assert.deepEqual(codes, ["K7QM2XWP9TRD", undefined]);
});

const PURPOSES = ["analytics", "marketing", "film"];
const TWO = PURPOSES.slice(0, 2);
const denied = (state: "refused" | "withdrawn") =>
  ({ state, notice: "n0", date: "2026-01-02", until: LATER }) as const;
const both = decode(given({ choices: { analytics: true, marketing: true } }), "demo", NOW) as Given;
const one = decode(given(), "demo", NOW) as Given;
const asking: [string, readonly string[], readonly string[]][] = [
  ["nothing chosen yet", PURPOSES, due({ state: "none" }, PURPOSES)],
  ["a consent that tells all", [], due(both, TWO)],
  ["a consent from before a purpose", ["film"], due(both, PURPOSES)],
  ["a yes that holds no more", ["marketing"], due(renewed(both, ["marketing"]), TWO)],
  ["a no to what changed", [], due(renewed(one, ["marketing"]), TWO)],
  ["every yes that holds no more", PURPOSES, due(renewed(both, PURPOSES), PURPOSES)],
  ["a refusal, even of another notice", [], due(denied("refused"), PURPOSES)],
  ["a withdrawal, even of another notice", [], due(denied("withdrawn"), PURPOSES)],
];
for (const [name, expected, actual] of asking) {
  test(`${name}: asks about ${expected.join(", ") || "nothing"}`, () =>
    assert.deepEqual(actual, expected));
}

test("what is asked again is not allowed meanwhile, and the rest is", () => {
  const standing = renewed(both, ["marketing"]);
  assert.deepEqual(standing.choices, { analytics: true });
});
