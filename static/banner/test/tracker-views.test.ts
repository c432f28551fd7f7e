import assert from "node:assert/strict";
import { test } from "node:test";
import { route } from "../src/hash/route";
import { Window } from "./tracker-window";

const go = (url: string): void => history.pushState(null, "", url);

test("a route is counted once, however the address changes", () => {
  const page = new Window();
  page.tracker.sync();
  page.tracker.sync();
  go("/a?page=2");
  go("/a#part");
  go("/b");
  history.replaceState(null, "", "/b?sort=1");
  history.replaceState(null, "", "/c");
  page.address.href = "https://site.nl/b";
  page.tell("popstate");
  page.tell("popstate");
  const views = ["/a?q=1", "/b", "/c", "/b"].map((path) => `pageview ${path}`);
  assert.deepEqual(page.kinds(), views);
});

test("a browser that tells of every change itself keeps the page's own functions", () => {
  const navigation = new EventTarget();
  const page = new Window(undefined, navigation);
  page.tracker.sync();
  go("/b");
  assert.deepEqual(page.kinds(), ["pageview /a?q=1"]);
  navigation.dispatchEvent(new Event("currententrychange"));
  navigation.dispatchEvent(new Event("currententrychange"));
  assert.deepEqual(page.kinds(), ["pageview /b"]);
});

test("fragments that are routes are counted as paths, and no other fragment is ever sent", () => {
  const page = new Window(route);
  const at = (url: string): void => {
    page.address.href = new URL(url, page.address).href;
    page.tell("popstate");
  };
  page.tracker.sync();
  for (const url of ["#/jobs", "#/jobs?token=secret", "#/jobs/3", "#token=secret"]) at(url);
  assert.deepEqual(page.kinds(), [
    "pageview /a?q=1", "pageview /jobs?q=1", "pageview /jobs/3?q=1", "pageview /a?q=1",
  ]);
  page.tracker.track("apply");
  assert.ok(!JSON.stringify(page.raw).includes("secret"));
});

test("without the option a fragment is no route", () => {
  const page = new Window();
  page.tracker.sync();
  go("/a#/jobs");
  assert.deepEqual(page.kinds(), ["pageview /a?q=1"]);
});

test("a page brought back is a view like one that loads; one that loads is counted once", () => {
  const page = new Window();
  page.tracker.sync();
  page.tell("pageshow", { persisted: false });
  assert.deepEqual(page.kinds(), ["pageview /a?q=1"]);
  page.tell("pageshow", { persisted: true });
  assert.deepEqual(page.kinds(), ["pageview /a?q=1"]);
});

test("consent that ends and comes back counts the page anew", () => {
  const page = new Window();
  page.choose(true);
  page.choose(false);
  go("/b");
  page.choose(true);
  assert.deepEqual(page.kinds(), ["pageview /a?q=1", "pageview /b"]);
});

test("a page that says it does not exist is told as missing, with where it was linked from", () => {
  const page = new Window();
  page.found404 = true;
  page.tracker.sync();
  page.found404 = false;
  go("/b");
  page.tracker.missing();
  assert.deepEqual(page.kinds(), [
    "pageview /a?q=1", "missing /a?q=1", "pageview /b", "missing /b",
  ]);
  const from = page.raw.map((event) => (event as { referrer: string }).referrer);
  const outside = "https://zoek.nl";
  assert.deepEqual(from, [outside, outside, "https://site.nl", "https://site.nl"]);
});

test("an event is sent with its properties as they are", () => {
  const page = new Window();
  page.tracker.track("apply", { position: "monteur", number: 3 });
  const [sent] = page.raw as { name: string; props: object }[];
  assert.deepEqual([sent?.name, sent?.props], ["apply", { position: "monteur", number: 3 }]);
});
