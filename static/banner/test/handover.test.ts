import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { redeem } from "../src/handover/arrival";
import { FORM, join } from "../src/handover/fragment";
import { watch } from "../src/handover/links";

const CODE = "AbCdEf-0123456789_hIjKlM";

const split = (hash: string) => FORM.exec(hash)?.slice(1) ?? [];
const fragments: [string, string, string][] = [
  ["no fragment", "", ""],
  ["a place on the page", "#jobs", "jobs"],
  ["a page that finds its way by fragments", "#/jobs?kind=tech&page=2", "/jobs?kind=tech&page=2"],
  ["one like ours", "#gw=1", "gw=1"],
  ["a text to find", "#:~:text=welder", ":~:text=welder"],
];
for (const [name, hash, place] of fragments) {
  test(`a code is kept apart from ${name}`, () => {
    assert.deepEqual(split(`#${join(CODE, hash)}`), [CODE, place]);
    assert.deepEqual(split(hash), []);
  });
}

for (const hash of ["#gw=", `#gw=${CODE.slice(3)}`, `#a&gw=${CODE}`]) {
  test(`${hash} holds no code`, () => assert.deepEqual(split(hash), []));
}

// As much of a browser as the two ends of a link need.
class HTMLAnchorElement {
  referrerPolicy = "";
  constructor(public href: string) {}
  get origin(): string {
    return new URL(this.href).origin;
  }
  get hash(): string {
    return new URL(this.href).hash;
  }
  set hash(hash: string) {
    this.href = Object.assign(new URL(this.href), { hash }).href;
  }
  getAttribute(): string {
    return this.href;
  }
}

const SIBLINGS = { "https://a.example": "a", "https://b.example": "b" };
const UNTIL = 1_900_000_000;
const given = (token: string): object => ({ state: "given", token, until: UNTIL });
const refused = { state: "refused", until: UNTIL };

let heard: EventTarget & { referrer?: string };
/** What the browser does with a cookie that is written. */
let jar: (cookie: string) => void;
let sent: [string, any][];
let answer: { json(): Promise<any> };
let standing: any;
let written: unknown[];
/** What became of the address. */
let left: unknown[];
const gate = async (path: string, _: object, body: object) => {
  sent.push([path, JSON.parse(JSON.stringify(body))]);
  return answer;
};
const core = (): any => ({
  gate,
  choice: {
    standing: () => standing,
    read: () => standing,
    take: (...found: unknown[]) => written.push(["take", ...found]),
  },
});
const answers = (said: object): void => {
  answer = { json: async () => said };
};

beforeEach(() => {
  heard = Object.defineProperty(new EventTarget(), "cookie", { set: (cookie) => jar(cookie) });
  Object.assign(globalThis, {
    document: heard,
    location: new URL(`https://a.example/#gw=${CODE}`),
    history: { state: 7, replaceState: (...now: unknown[]) => left.push(now) },
    HTMLAnchorElement,
  });
  sent = [];
  written = [];
  left = [];
  standing = given("t1");
  answers({ code: CODE, expires_in: 60 });
});

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
function happen(type: string, link: object, button = 0): void {
  const event = Object.assign(new Event(type), { composedPath: () => [{}, link], button });
  heard.dispatchEvent(event);
}

/** Presses a link and clicks it: where it leads then, and where it does again afterwards. */
async function follow(link: HTMLAnchorElement, click = "click", button = 0): Promise<string[]> {
  happen("pointerdown", link, button);
  await later();
  happen(click, link, button);
  const led = [link.href, link.referrerPolicy];
  await later();
  return [...led, link.href, link.referrerPolicy];
}

const B = "https://b.example/jobs#new";
const taken = `https://b.example/jobs#gw=${CODE}&new`;

test("a link to a sibling takes the choice along, and is what it was afterwards", async () => {
  watch(core(), SIBLINGS);
  assert.deepEqual(await follow(new HTMLAnchorElement(B)), [taken, "origin", B, ""]);
  assert.deepEqual(sent, [["handover", { to: "b", token: "t1" }]]);
});

test("a refusal goes along with its end and nothing else", async () => {
  standing = refused;
  watch(core(), SIBLINGS);
  assert.equal((await follow(new HTMLAnchorElement(B)))[0], taken);
  assert.deepEqual(sent, [["handover", { to: "b", refused: { until: UNTIL } }]]);
});

test("a middle click does too; the right one, which copies addresses, does not", async () => {
  watch(core(), SIBLINGS);
  const link = new HTMLAnchorElement(B);
  assert.equal((await follow(link, "auxclick", 2))[0], B);
  assert.equal((await follow(link, "auxclick", 1))[0], taken);
  assert.equal(sent.length, 1);
});

const plain: [string, string, object][] = [
  ["a link within the site", "https://a.example/jobs", given("t1")],
  ["a link to somebody else", "https://c.example/", given("t1")],
  ["a link where nothing was chosen", B, { state: "none" }],
];
for (const [name, href, stands] of plain) {
  test(`${name} asks for nothing and stays as it is`, async () => {
    standing = stands;
    watch(core(), SIBLINGS);
    assert.equal((await follow(new HTMLAnchorElement(href)))[0], href);
    assert.deepEqual(sent, []);
  });
}

test("without a code in time, or with none at all, the link works as always", async () => {
  watch(core(), SIBLINGS);
  const link = new HTMLAnchorElement(B);
  happen("pointerdown", link);
  happen("click", link);
  assert.equal(link.href, B);
  await later();
  answers({ status: 409 });
  standing = given("t2");
  assert.equal((await follow(link))[0], B);
});

test("a code works once, and the next press asks for another", async () => {
  watch(core(), SIBLINGS);
  const link = new HTMLAnchorElement(B);
  await follow(link);
  happen("click", link);
  assert.equal(link.href, B);
  assert.equal((await follow(link))[0], taken);
  assert.equal(sent.length, 2);
});

test("a code from before a withdrawal is not used any more", async () => {
  watch(core(), SIBLINGS);
  const link = new HTMLAnchorElement(B);
  happen("focusin", link);
  await later();
  standing = { state: "none" };
  happen("click", link);
  assert.equal(link.href, B);
});

const BOTH = ["gw_consent=; Max-Age=0", "gw_consent=t9; Max-Age=60; Domain=example"];
const arrive = (referrer: string): Promise<void> => {
  standing = { state: "none" };
  heard.referrer = referrer;
  answers({ state: "given", cookies: BOTH });
  return redeem(core(), SIBLINGS, "nl");
};

test("a choice that arrives is kept where the gateway's own cookie did not arrive", async () => {
  jar = (cookie) => {
    written.push(cookie);
    standing = given("t9");
  };
  await arrive("https://b.example/");
  assert.deepEqual(sent, [["handover/redeem", { code: CODE, language: "nl" }]]);
  assert.deepEqual(written, [...BOTH, ["take", given("t9"), true]]);
});

test("the gateway's own cookie is not written over: it lasts longer", async () => {
  const arriving = arrive("https://b.example/");
  standing = given("t9");
  await arriving;
  assert.deepEqual(written, [["take", given("t9"), true]]);
});

test("where the browser takes no cookie the banner asks as always", async () => {
  jar = () => {};
  await arrive("https://b.example/");
  assert.deepEqual(written, [["take", { state: "none" }, true]]);
});

test("what was chosen here wins, and the code is gone from the address all the same", async () => {
  await redeem(core(), SIBLINGS, "nl");
  assert.deepEqual([sent, left.length], [[], 1]);
});

test("a code that somebody else's page brings is not believed", async () => {
  await arrive("https://elsewhere.example/");
  await assert.rejects(arrive(""));
  assert.deepEqual(left, [[7, "", "https://a.example/"], [7, "", "https://a.example/"]]);
  assert.deepEqual(sent, []);
});

test("a code that is too old changes nothing", async () => {
  standing = { state: "none" };
  heard.referrer = "https://b.example/";
  answers({ status: 410 });
  await assert.rejects(redeem(core(), SIBLINGS, "nl"));
  assert.deepEqual(written, []);
});
