// test/words.test.ts
import assert from "node:assert/strict";
import { test } from "node:test";

// src/jar.ts
function matches(name, pattern) {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
function domains(host) {
  const labels = host.split(".");
  return ["", ...labels.map((_, first) => labels.slice(first).join("."))];
}

// src/tracker.ts
var origin = (referrer) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.exec(referrer)?.[0] ?? "";

// src/words.ts
function pick(wanted, offered) {
  const tag = wanted.toLowerCase();
  const has = (candidate) => offered.find((language) => language.toLowerCase() === candidate);
  return has(tag) ?? has(tag.split("-", 1)[0]) ?? offered[0];
}
var fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole).replace("..", ".");

// test/words.test.ts
var languages = [
  ["nl", "nl"],
  ["en-GB", "en"],
  ["EN", "en"],
  ["pt-br", "pt-BR"],
  ["de", "nl"],
  ["", "nl"]
];
for (const [page, expected] of languages) {
  test(`a page in "${page}" is spoken to in ${expected}`, () => {
    assert.equal(pick(page, ["nl", "en", "pt-BR"]), expected);
  });
}
test("placeholders are filled, unknown ones stay, and B.V. ends its sentence once", () => {
  assert.equal(fill("Van {who}. {huh}", { who: "Werk B.V." }), "Van Werk B.V. {huh}");
});
test("a star in a cookie's declared name stands for any ending", () => {
  assert.equal(matches("_ga_X1", "_ga*"), true);
  assert.equal(matches("_gid", "_ga*"), false);
  assert.equal(matches("_ga_X1", "_ga"), false);
});
test("a cookie is looked for on every domain a page can have set it on", () => {
  assert.deepEqual(domains("www.werk.nl"), ["", "www.werk.nl", "werk.nl", "nl"]);
});
var referrers = [
  ["https://example.org/path?q=secret#x", "https://example.org"],
  ["android-app://org.example.app/https/x", "android-app://org.example.app"],
  ["", ""],
  ["no address", ""]
];
for (const [full, cut] of referrers) {
  test(`of referrer "${full}" only "${cut}" leaves the page`, () => {
    assert.equal(origin(full), cut);
  });
}
