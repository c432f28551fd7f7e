import assert from "node:assert/strict";
import { test } from "node:test";
import { pick } from "../src/language";

const spoken = ["nl", "en", "no", "ar"];
const tags: [string, string][] = [
  ["nl", "nl"],
  ["en-GB", "en"],
  ["EN", "en"],
  ["nb", "no"],
  ["nn-NO", "no"],
  ["nds", "nl"],
  ["ara", "nl"],
  ["fr", "nl"],
  ["", "nl"],
];
for (const [wanted, found] of tags) {
  test(`a page in ${JSON.stringify(wanted)} is spoken to in ${found}`, () => {
    assert.equal(pick(wanted, spoken), found);
  });
}
