import assert from "node:assert/strict";
import { test } from "node:test";
import { meant, named } from "../src/blocked/naming";

/** As much of an element as its name needs. */
function element(attributes: Readonly<Record<string, string>>): HTMLElement {
  const dataset = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name.replace("data-", ""), value]),
  );
  const made = {
    dataset,
    hasAttribute: (name: string) => name in attributes,
    getAttribute: (name: string) => attributes[name] ?? null,
  };
  return made as unknown as HTMLElement;
}

const allows = (purpose: string): boolean | undefined =>
  purpose === "marketing" || purpose === "analytics" ? false : undefined;

const rows: [Record<string, string>, string[], boolean][] = [
  [{ "data-consent": "marketing" }, ["marketing"], true],
  [{ "data-consent": " analytics\n marketing " }, ["analytics", "marketing"], true],
  [{ "data-consent": "fun" }, ["fun"], true],
  [{ "data-consent": "" }, [], true],
  [{ "data-consent": "statistics" }, ["statistics"], true],
  [{ "data-consent": "marketing", "data-name": "Eva" }, ["marketing"], true],
  [{ "data-cookieconsent": "marketing, statistics" }, ["marketing", "analytics"], true],
  [{ "data-cookieconsent": "preferences" }, ["preferences"], false],
  [{ "data-cookiecategory": "analytics" }, ["analytics"], true],
  [{ "data-category": "!analytics" }, ["!analytics"], false],
  [{ "data-category": "shoes" }, ["shoes"], false],
  [{ "data-name": "marketing" }, ["marketing"], true],
  [{ "data-name": "Eva" }, ["Eva"], false],
];
for (const [attributes, names, ours] of rows) {
  test(`${JSON.stringify(attributes)} is held back ${ours ? "" : "in our name not "}for ${names}`, () => {
    assert.deepEqual(named(element(attributes)), names);
    assert.equal(meant(element(attributes), allows), ours);
  });
}
