import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { type GoogleSettings, google } from "../src/google/mode";

const page: Record<string, any> = {};
Object.assign(globalThis, { window: page });

const SETTINGS: GoogleSettings = {
  types: ["marketing", "marketing", "marketing", "analytics", 1, 0, 1],
  wait: 500,
};
const ADVANCED: GoogleSettings = { ...SETTINGS, advanced: 1 };
const ALL = { analytics: true, marketing: true };
const NOTHING = { analytics: false, marketing: false };

const states = (ads: string, analytics: string) => ({
  ad_storage: ads,
  ad_user_data: ads,
  ad_personalization: ads,
  analytics_storage: analytics,
  functionality_storage: "granted",
  personalization_storage: "denied",
  security_storage: "granted",
});
const DEFAULT = ["consent", "default", { ...states("denied", "denied"), wait_for_update: 500 }];
const update = (ads: string, analytics: string) => ["consent", "update", states(ads, analytics)];
const GRANTED = update("granted", "granted");
const DENIED = update("denied", "denied");

const layer = (name = "dataLayer"): unknown[][] =>
  page[name].map((entry: ArrayLike<unknown>) => JSON.parse(JSON.stringify(Array.from(entry))));

beforeEach(() => {
  for (const name of Object.keys(page)) delete page[name];
});

type Chosen = Record<string, boolean> | null;
const ways: [string, GoogleSettings, Chosen[], unknown[]][] = [
  ["an acceptance", SETTINGS, [null, ALL], [DEFAULT, GRANTED]],
  [
    "a choice for one purpose",
    SETTINGS,
    [{ ...NOTHING, analytics: true }],
    [DEFAULT, update("denied", "granted")],
  ],
  [
    "a purpose no type follows: its scripts may be Google's all the same",
    SETTINGS,
    [{ ...NOTHING, chat: true }],
    [DEFAULT, DENIED],
  ],
  ["the same choice again", SETTINGS, [ALL, ALL, { ...ALL }], [DEFAULT, GRANTED]],
  ["a withdrawal", SETTINGS, [ALL, NOTHING, NOTHING], [DEFAULT, GRANTED, DENIED]],
  ["a choice that has expired", SETTINGS, [ALL, null, null], [DEFAULT, GRANTED, DENIED]],
  ["second thoughts", SETTINGS, [ALL, NOTHING, ALL], [DEFAULT, GRANTED, DENIED, GRANTED]],
  ["no choice in advanced mode", ADVANCED, [null, null], [DEFAULT]],
  ["a refusal in advanced mode", ADVANCED, [null, NOTHING, NOTHING], [DEFAULT, DENIED]],
  ["a return in advanced mode", ADVANCED, [ALL], [DEFAULT, GRANTED]],
];
for (const [name, settings, choices, expected] of ways) {
  test(`what the data layer holds after ${name}`, () => {
    const { signal } = google(settings);
    choices.forEach(signal);
    assert.deepEqual(layer(), expected);
  });
}

test("in basic mode no choice and a refusal leave the page as it was", () => {
  const { signal } = google(SETTINGS);
  signal(null);
  signal(NOTHING);
  signal({});
  assert.deepEqual(page, {});
});

test("each command is the arguments of a function: tags ignore arrays", () => {
  google({ ...SETTINGS, set: ["url_passthrough"] }).signal(ALL);
  for (const entry of page["dataLayer"]) {
    assert.equal(Object.prototype.toString.call(entry), "[object Arguments]");
  }
});

test("switches are set between default and update, in a layer of another name", () => {
  google({ ...SETTINGS, set: ["url_passthrough", "ads_data_redaction"], layer: "own" }).signal(ALL);
  assert.deepEqual(layer("own"), [
    DEFAULT,
    ["set", "url_passthrough", true],
    ["set", "ads_data_redaction", true],
    GRANTED,
  ]);
  assert.equal(page["dataLayer"], undefined);
});

test("without a time to wait none is named", () => {
  google({ types: SETTINGS.types }).signal(ALL);
  // Not through JSON: a name without a value would not show.
  assert.deepEqual(page["dataLayer"][0][2], states("denied", "denied"));
});

test("what the page queued before a tag read along comes after the default", () => {
  page["dataLayer"] = [["early"]];
  const { signal } = google(SETTINGS);
  signal(ALL);
  assert.deepEqual(layer(), [DEFAULT, GRANTED, ["early"]]);
  signal(NOTHING);
  assert.deepEqual(layer(), [DEFAULT, GRANTED, ["early"], DENIED]);
});

test("a tag that reads along already is told one command at a time", () => {
  const heard: unknown[][] = [];
  page["dataLayer"] = Object.assign([], {
    push: (...entries: ArrayLike<unknown>[]) => {
      assert.equal(entries.length, 1);
      return heard.push(JSON.parse(JSON.stringify(Array.from(entries[0]!))));
    },
  });
  google(SETTINGS).signal(ALL);
  assert.deepEqual(heard, [DEFAULT, GRANTED]);
});

test("a purpose with the name of something every object has is not allowed by that", () => {
  const types = ["constructor", 0, 0, 0, 0, 0, 0] as const;
  google({ types, advanced: 1 }).signal({});
  assert.equal((layer()[0]![2] as Record<string, string>)["ad_storage"], "denied");
});
