// START HERE: puts the parts together on a page. The gateway serves this file wrapped in a
// function that hands it its settings.

import { type Acts, acts, listen } from "./acts";
import { api } from "./api";
import { type Blocked, blocked } from "./blocked";
import { type Chooser, chooser } from "./choice";
import { clear } from "./clearing";
import { jar } from "./jar";
import type { DeclaredCookie, Settings } from "./settings";
import { type Choices, allows } from "./standing";
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
  const choice = chooser(settings, gate, jar(settings.cookieDomain));
  const texts = words(content, document.documentElement.lang);
  const view = stage(texts, content, base);
  // Purposes with another basis are not the visitor's to refuse: always allowed.
  const fixed = content.purposes.filter(({ basis }) => basis !== "consent").map(({ id }) => id);
  const allowed = (id: string): boolean => fixed.includes(id) || allows(choice.standing(), id);
  const declared = (may: boolean): DeclaredCookie[] =>
    content.purposes.filter(({ id }) => allowed(id) === may).flatMap(({ cookies }) => cookies);

  const held = blocked(allowed, (ids, title) => standIn(texts, content, ids, title));
  const visits = tracker(
    () => allows(choice.standing(), "analytics"),
    (event) => {
      const standing = choice.standing();
      if (standing.state !== "given") return;
      gate.event(event, standing.token).then((dropped) => dropped && ask(), () => {});
    },
  );
  /** Heeds a withdrawal made elsewhere, by the receipt's code. */
  const ask = (): void => {
    const standing = choice.standing();
    if (standing.state !== "given") return;
    const heard = (ended: boolean): unknown =>
      ended && choice.standing() === standing && !look() && can.withdraw();
    gate.ended(standing.token).then(heard).catch(() => {});
  };

  /** Makes the page do as was chosen, at once and without a reload (P4, R20). */
  const heed = (): void => {
    clear(declared(false), declared(true));
    obey(held, visits, choice);
  };
  const follow = (said?: string): void => {
    heed();
    const due = choice.due();
    const { state } = choice.standing();
    if (state === "none" && signals()) {
      // The browser has refused for the visitor: kept as that, and not asked (R29).
      view.settle(false);
      choice.decide("reject", {}, texts.language, "page", "gpc").then(heed, () => {});
    } else if (due.length && !signals()) {
      gate.shown(notice, texts.language);
      view.ask(due, state === "given");
    } else view.settle(state === "given", said);
  };
  const can = acts(texts, choice, view, follow, heed);
  listen(can, view.ticked);
  /** Acts on what another window changed; true when there was something. */
  const look = (): boolean => {
    const changed = !can.busy() && choice.changedElsewhere();
    if (changed) follow();
    return changed;
  };
  document.addEventListener("visibilitychange", () => look() || document.hidden || ask());
  // Two windows side by side: neither is hidden, so only the cookie itself tells.
  window.cookieStore?.addEventListener("change", look);
  offer(can, choice, visits);
  follow();
  // Without page views no answer ever tells.
  if (!allows(choice.standing(), "analytics")) ask();
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
