import assert from "node:assert/strict";
import { test } from "node:test";
import { origin } from "../src/tracker";
import { fill, pick } from "../src/words";

const languages: [string, string][] = [
  ["nl", "nl"],
  ["en-GB", "en"],
  ["EN", "en"],
  ["pt-br", "pt-BR"],
  ["de", "nl"],
  ["", "nl"],
];
for (const [page, expected] of languages) {
  test(`a page in "${page}" is spoken to in ${expected}`, () => {
    assert.equal(pick(page, ["nl", "en", "pt-BR"]), expected);
  });
}

test("placeholders are filled, unknown ones stay, and B.V. ends its sentence once", () => {
  assert.equal(fill("Van {who}. {huh}", { who: "Werk B.V." }), "Van Werk B.V. {huh}");
});

const referrers: [string, string][] = [
  ["https://example.org/path?q=secret#x", "https://example.org"],
  ["android-app://org.example.app/https/x", "android-app://org.example.app"],
  ["", ""],
  ["no address", ""],
];
for (const [full, cut] of referrers) {
  test(`of referrer "${full}" only "${cut}" leaves the page`, () => {
    assert.equal(origin(full), cut);
  });
}
