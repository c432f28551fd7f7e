// START HERE: puts the parts together on a page. The gateway serves this file wrapped in a
// function that hands it its settings.

import { type Acts, acts, listen } from "./acts";
import { api } from "./api";
import { type Blocked, blocked } from "./blocked";
import { type Chooser, chooser } from "./choice";
import { jar } from "./jar";
import { type Settings, asked } from "./settings";
import { type Choices, allows, mustAsk } from "./standing";
import { signals } from "./signals";
import { type Tracker, tracker } from "./tracker";
import { standIn } from "./view/stand-in";
import { stage } from "./view/stage";
import { words } from "./words";

declare const __GATEWAY__: Settings;

const base = new URL("./", (document.currentScript as HTMLScriptElement).src).href;

function start(settings: Settings): void {
  const { content, notice } = settings;
  const gate = api(base);
  const cookies = jar(settings.cookieDomain);
  const choice = chooser(settings, gate, cookies);
  const texts = words(content, document.documentElement.lang);
  const view = stage(texts, content);
  const consentual = asked(content).map((purpose) => purpose.id);
  // Purposes with another basis are not the visitor's to refuse: always allowed.
  const fixed = content.purposes.filter(({ basis }) => basis !== "consent").map(({ id }) => id);
  const allowed = (id: string): boolean => fixed.includes(id) || allows(choice.standing(), id);
  const declared = (may: boolean): string[] =>
    content.purposes
      .filter(({ id }) => allowed(id) === may)
      .flatMap((purpose) => purpose.cookies.map(({ name }) => name));

  const held = blocked(allowed, (ids, title) => standIn(texts, content, ids, title));
  const visits = tracker(
    () => allows(choice.standing(), "analytics"),
    (event) => {
      const standing = choice.standing();
      if (standing.state === "given") gate.event({ ...event, token: standing.token });
    },
  );

  /** Makes the page do as was chosen, at once and without a reload (P4, R20). */
  const heed = (): void => {
    cookies.expire(declared(false), declared(true));
    obey(held, visits, choice);
  };
  const follow = (said?: string): void => {
    heed();
    if (choice.standing().state === "none" && signals()) {
      // The browser has refused for the visitor: kept as that, and not asked (R29).
      view.settle();
      choice.decide("reject", {}, texts.language, "page", "gpc").then(heed, () => {});
    } else if (mustAsk(choice.standing(), notice, consentual)) {
      gate.shown(notice, texts.language);
      view.ask();
    } else view.settle(said);
  };
  const can = acts(texts, choice, view, follow, heed);
  listen(can, view.ticked);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !can.busy() && choice.changedElsewhere()) follow();
  });
  offer(can, choice, visits);
  follow();
}

function obey(held: Blocked, visits: Tracker, choice: Chooser): void {
  held.sync();
  visits.sync();
  const detail = choice.summary();
  if (detail.state !== "none") {
    document.dispatchEvent(new CustomEvent("gateway:consent", { detail }));
  }
}

/** What a page's own code may use. */
function offer({ decide, withdraw, open }: Acts, choice: Chooser, visits: Tracker): void {
  const gateway = {
    get: choice.summary,
    accept: () => decide("accept"),
    reject: () => decide("reject"),
    save: (choices: Choices) => decide("save", choices),
    withdraw,
    open: () => open(document.activeElement),
    on: (name: string, listener: (detail: unknown) => void) =>
      document.addEventListener(`gateway:${name}`, (event) =>
        listener((event as CustomEvent).detail),
      ),
    track: visits.track,
  };
  Object.assign(window, { gateway });
}

/** Not for a page nobody looks at yet: a prerendered one may never be seen. */
function whenSeen(run: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", run, { once: true });
  } else run();
}

function whenBody(run: () => void): void {
  if (document.body) run();
  else document.addEventListener("DOMContentLoaded", run, { once: true });
}

// Two embeds on one page are one mistake, not two banners.
if (!document.getElementById("gw-banner")) whenSeen(() => whenBody(() => start(__GATEWAY__)));
