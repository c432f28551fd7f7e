import assert from "node:assert/strict";
import { test } from "node:test";
import { domains, matches, paths } from "../src/clearing/clearing";

const names: [string, string, boolean][] = [
  ["_ga", "_ga", true],
  ["_ga_X1", "_ga", false],
  ["_ga_X1", "_ga*", true],
  ["_gid", "_ga*", false],
  ["_hjSession_12_on", "_hjSession_*_on", true],
  ["_hjSession_12_off", "_hjSession_*_on", false],
  ["cart.id", "*.id", true],
  ["cartxid", "*.id", false],
  ["a+b(c)[d]{e}^$|\\/-é", "a+b(c)[d]{e}^$|\\/-é", true],
  ["two\nlines", "two*", true],
];
for (const [name, pattern, expected] of names) {
  test(`${JSON.stringify(name)} is ${expected ? "" : "not "}meant by ${pattern}`, () => {
    assert.equal(matches(name, pattern), expected);
  });
}

test("a cookie is looked for on every domain a page can have set it on", () => {
  assert.deepEqual(domains("www.werk.nl"), ["", "www.werk.nl", "werk.nl", "nl"]);
});

const pages: [string, string[]][] = [
  ["/", ["/"]],
  ["/a", ["/", "/a"]],
  ["/a/b.html", ["/", "/a", "/a/", "/a/b.html"]],
  ["/a/b/", ["/", "/a", "/a/", "/a/b", "/a/b/"]],
];
for (const [page, expected] of pages) {
  test(`a page at ${page} sees the cookies of ${expected.join(" ")}`, () => {
    // An empty path is a browser's own choice of one of these.
    assert.deepEqual([...new Set(paths(page))].filter(Boolean), expected);
  });
}
