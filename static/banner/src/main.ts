// START HERE: puts the parts together on a page. The gateway serves this file wrapped in a
// function that hands it its settings.

import { type Action, Failure, type Layer, api } from "./api";
import { blocked } from "./blocked";
import { chooser } from "./choice";
import { jar } from "./jar";
import { type Settings, asked } from "./settings";
import { type Choices, allows, mustAsk } from "./standing";
import { tracker } from "./tracker";
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

  // Purposes with another basis are not the visitor's to refuse, so they are always allowed.
  const consentual = asked(content).map((purpose) => purpose.id);
  const fixed = content.purposes.map((purpose) => purpose.id).filter((id) => !consentual.includes(id));
  const allowed = (id: string): boolean => fixed.includes(id) || allows(choice.standing(), id);

  const held = blocked(allowed, (ids, title) => standIn(texts, content, ids, title));
  const visits = tracker(
    () => allows(choice.standing(), "analytics"),
    (event) => {
      const standing = choice.standing();
      if (standing.state === "given") gate.event({ ...event, token: standing.token });
    },
  );

  const expire = (): void => {
    const declared = (may: boolean): string[] =>
      content.purposes
        .filter(({ id }) => allowed(id) === may)
        .flatMap((purpose) => purpose.cookies.map(({ name }) => name));
    cookies.expire(declared(false), declared(true));
  };

  /** Makes the page follow the choice, at once and without a reload (P4, R20). */
  const follow = (said?: string): void => {
    expire();
    held.sync();
    visits.sync();
    const standing = choice.standing();
    if (mustAsk(standing, notice, consentual)) {
      gate.shown(notice, texts.language);
      view.ask();
    } else view.settle(said);
    if (standing.state !== "none") {
      const detail = choice.summary();
      document.dispatchEvent(new CustomEvent("gateway:consent", { detail }));
    }
  };

  let busy = false;
  const act = async (what: () => Promise<void>): Promise<unknown> => {
    if (busy) return choice.summary();
    view.busy((busy = true));
    try {
      await what();
      follow(texts.say("saved", { open: texts.say("preferences") }));
    } catch (error) {
      // Nothing is lost: the layer stays as it was, ticks and all.
      view.say(texts.say(error instanceof Failure && error.status === 409 ? "changed" : "failed"));
      throw error;
    } finally {
      view.busy((busy = false));
    }
    return choice.summary();
  };
  const decide = (action: Action, choices: Choices = {}, layer: Layer = "page"): Promise<unknown> =>
    act(() => choice.decide(action, choices, texts.language, layer));
  const withdraw = (): Promise<unknown> => act(() => choice.withdraw());
  const open = (): void => view.open(choice.standing());

  const press = (action: string, layer: Layer): Promise<unknown> | void => {
    if (action === "open" || action === "settings") open();
    else if (action === "withdraw") return withdraw();
    else if (action === "save") return decide(action, view.ticked(), layer);
    else if (action === "accept" || action === "reject") return decide(action, {}, layer);
  };
  // On the document, and first: pages add buttons of their own, and may stop clicks halfway.
  const onClick = (event: Event): void => {
    const target = (event.target as Element).closest<HTMLElement>("[data-gw-action]");
    if (!target) return;
    event.preventDefault();
    const layer = target.closest("#gw-preferences")
      ? "preferences"
      : target.closest("#gw-banner")
        ? "first"
        : "page";
    Promise.resolve(press(target.dataset["gwAction"] as string, layer)).catch(() => {});
  };
  document.addEventListener("click", onClick, true);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !busy && choice.changedElsewhere()) follow();
  });

  const on = (name: string, listener: (detail: unknown) => void): void =>
    document.addEventListener(`gateway:${name}`, (event) => listener((event as CustomEvent).detail));
  Object.assign(window, {
    gateway: {
      get: choice.summary,
      accept: () => decide("accept"),
      reject: () => decide("reject"),
      save: (choices: Choices) => decide("save", choices),
      withdraw,
      open,
      on,
      track: visits.track,
    },
  });
  follow();
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
