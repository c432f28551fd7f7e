import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "./tracker-window";

const spent = (page: Window): (readonly [number, number])[] =>
  page
    .news()
    .filter(({ kind }) => kind === "engagement")
    .map(({ seconds, scroll }) => [seconds as number, scroll as number]);
const begun = (): Window => {
  const page = new Window();
  page.tracker.sync();
  page.news();
  return page;
};

test("time and depth before the choice never count", () => {
  const page = new Window();
  page.choose(false);
  page.scroll(1_500);
  page.pass(600);
  page.show(false);
  page.show(true);
  page.pass(60);
  page.scroll(0);
  page.choose(true);
  page.pass(5);
  page.show(false);
  assert.deepEqual(page.news().map(({ kind }) => kind), ["pageview", "engagement"]);
  page.show(true);
  page.pass(2);
  page.show(false);
  assert.deepEqual(spent(page), [[2, 25]]);
});

test("nothing at all is sent before the choice", () => {
  const page = new Window();
  page.choose(false);
  page.pass(60);
  page.tracker.track("apply");
  page.tracker.missing();
  page.show(false);
  history.pushState(null, "", "/b");
  assert.deepEqual(page.news(), []);
});

test("time of before a withdrawal is forgotten with it, and none runs after it", () => {
  const page = begun();
  page.pass(30);
  page.scroll(1_500);
  page.choose(false);
  page.pass(30);
  page.scroll(1_500);
  page.show(false);
  assert.deepEqual(page.news(), []);
  page.show(true);
  page.scroll(0);
  page.choose(true);
  page.pass(3);
  page.show(false);
  assert.deepEqual(spent(page), [[3, 25]]);
});

test("what a withdrawal forbids is not sent, even before it is heard of", () => {
  const page = begun();
  page.pass(30);
  page.allowed = false;
  page.show(false);
  assert.deepEqual(page.news(), []);
});

test("a page brought back after a withdrawal elsewhere does not count time", () => {
  const page = begun();
  page.show(false);
  page.allowed = false;
  page.show(true);
  page.tell("pageshow", { persisted: true });
  page.pass(60);
  page.scroll(1_500);
  page.allowed = true;
  page.show(false);
  assert.deepEqual(page.news(), []);
});

test("only time in a visible window counts", () => {
  const page = begun();
  page.pass(7);
  page.show(false);
  page.pass(100);
  page.show(true);
  page.pass(2);
  page.show(false);
  assert.deepEqual(spent(page), [[7, 25], [2, 25]]);
});

test("less than a second is not sent, and adds up", () => {
  const page = begun();
  for (const seconds of [0.4, 0.4, 0.4]) {
    page.pass(seconds);
    page.show(false);
    page.show(true);
  }
  assert.deepEqual(spent(page), [[1, 25]]);
});

test("the next route is told after the time on the one before, and begins from the top", () => {
  const page = begun();
  page.scroll(1_000);
  page.pass(10);
  history.pushState(null, "", "/b");
  page.scroll(0);
  page.pass(5);
  page.show(false);
  assert.deepEqual(page.news(), [
    { kind: "engagement", url: "https://site.nl/a", leaving: false, seconds: 10, scroll: 75 },
    { kind: "pageview", url: "https://site.nl/b", leaving: false },
    { kind: "engagement", url: "https://site.nl/b", leaving: true, seconds: 5, scroll: 25 },
  ]);
});

test("depth is the lowest that was in view, from 0 to 100", () => {
  for (const [to, height, depth] of [
    [0, 2_000, 25], [700, 2_000, 60], [1_500, 2_000, 100], [1_600, 2_000, 100], [0, 0, 0],
  ] as const) {
    const page = begun();
    page.height = height;
    page.scroll(to);
    if (height) page.scroll(0);
    page.pass(1);
    page.show(false);
    assert.deepEqual(spent(page), [[1, depth]]);
  }
});
