// What is done on a page by itself: what stands is obeyed, what is due is asked. All else is in
// chunks, fetched when they are needed; this is what they are lent.

import type { Blocked } from "./blocked";
import { type Choice, choiceOf } from "./choice";
import type { Choosing } from "./choosing/main";
import type { Clearing } from "./clearing/main";
import { type Corner, cornerOf } from "./corner";
import css from "./corner.css";
import { type Gate, gateOf } from "./gate";
import type { Mode } from "./google/mode";
import type { Handover } from "./handover/main";
import type { Route } from "./hash/main";
import { NAME, read } from "./jar";
import { pick } from "./language";
import { type Origin, type Part, loader, once } from "./loading";
import type { Material } from "./material/main";
import type { StandIn } from "./placeholder/main";
import type { Preferences } from "./preferences/main";
import type { Refusal } from "./refusal/main";
import type { Settings } from "./settings";
import { signals } from "./signals";
import type { Speech } from "./speech/main";
import { style } from "./style";
import type { Told } from "./told";
import { type Tracker, tracker } from "./tracker";
import type { Watch } from "./watch/main";

export interface Parts {
  blocked: Blocked;
  choosing: Choosing;
  clearing: Clearing;
  google: Mode;
  handover: Handover;
  hash: Route;
  history: true;
  material: Material;
  placeholder: StandIn;
  preferences: Preferences;
  redrawn: true;
  refusal: Refusal;
  speech: Speech;
  watch: Watch;
}

export interface Core {
  readonly settings: Settings;
  readonly base: string;
  readonly gate: Gate;
  readonly choice: Choice;
  readonly corner: Corner;
  readonly visits: Tracker;
  /** Kept when it is known which page this is. */
  readonly routed: unknown;
  /** Those that have been fetched. */
  readonly parts: Partial<Parts>;
  part<K extends keyof Parts>(name: K): Promise<Parts[K]>;
  /** In the language of now, or in that one. */
  told(part: Part, spoken?: string): Promise<Told>;
  /** From now on another language where the site has it; without one, the page's. */
  speak(language?: string): void;
  /** Makes the page do as was chosen, at once and without a reload (P4, R20). `ended`: by a no that
   *  is not recorded yet. */
  heed(ended?: boolean): void;
  /** Takes away what purposes that are not allowed have left in this browser, if it holds anything
   *  or `surely` did. */
  clear(surely?: boolean): void;
  /** A choice stands: no layer, and the buttons that belong to it. */
  settle(): Promise<void>;
  /** Heeds, then shows what belongs to it. */
  follow(): Promise<unknown>;
}

/** What a chunk gives. */
export type Make<K extends keyof Parts> = (core: Core) => Parts[K];

/** What may be held back; the part that knows looks closer. */
const HELD = '[type="text/plain"],[data-consent],:is(iframe,img):not([src])';

export function begin(settings: Settings, origin: Origin): Core {
  const { base } = origin;
  const gate = gateOf(base);
  const load = loader(origin, gate, settings);
  const told = once(load.told);
  const choice = choiceOf(settings);
  const corner = cornerOf();
  const parts: Partial<Parts> = {};
  let language = "";
  style(css + (settings.css ?? ""));

  const part = once(async (name: keyof Parts) => {
    const make = (await load.chunk(name)) as (core: Core) => never;
    return (parts[name] = make(core));
  }) as Core["part"];
  const given = (): boolean => choice.standing().state === "given";
  const watch = (): unknown => document.hidden || part("watch").then((look) => look(), () => {});
  const { hash } = settings.tracker ?? {};
  const visits = tracker(
    // Nothing before it is known which page this is: it would be counted twice.
    // Nor under a consent that another page has ended, when this one comes back from the browser's cache.
    () => choice.allows("analytics") && !choice.differs() && (!hash || !!parts.hash),
    () => parts.hash?.(location) ?? location.pathname,
    (event, leaving) => {
      const body = { ...event, token: choice.token() };
      // A page that closes hears no answer; a beacon is what browsers promise to send even then.
      if (leaving && navigator.sendBeacon?.(`${base}event`, JSON.stringify(body))) return;
      gate("event", { keepalive: true }, body)
        .then((answer) => answer.json())
        // Nothing was kept because the consent has ended: on another device, by its receipt.
        .then(({ dropped }) => dropped?.withdrawn && watch(), () => {});
    },
    (counting) => parts.material?.(counting),
  );

  const heed = (ended?: boolean): void => {
    const detail = choice.summary();
    const chosen = ended || detail.state !== "none";
    // Other frameworks hear of it before anything of theirs starts.
    parts.google?.signal(chosen ? detail.choices : null);
    if (chosen) document.dispatchEvent(new CustomEvent("gateway:consent", { detail }));
    visits.sync();
    if (!("navigation" in window) && choice.allows("analytics")) void part("history");
    parts.blocked?.sync();
  };
  const settle = async (): Promise<void> => {
    const { choosing } = parts;
    if (choosing) choosing.settle();
    else {
      corner.speak(await told("corner", language));
      // It may have changed while the words came.
      if (!parts.choosing) corner.show(true, given());
    }
  };
  const core: Core = {
    routed: hash && part("hash").catch(() => {}),
    settings,
    base,
    gate,
    choice,
    corner,
    visits,
    parts,
    part,
    told: (part, spoken = language) => told(part, spoken),
    speak(wanted = document.documentElement.lang) {
      language = pick(wanted, settings.languages);
    },
    heed,
    clear(surely) {
      // After what is under way: the first look into a storage takes a browser some milliseconds.
      setTimeout(async () => {
        try {
          const value = read();
          const own = value && `${NAME}=${value}`;
          if (surely || document.cookie !== own || localStorage.length || sessionStorage.length) {
            await (await part("clearing")).clear();
          }
        } catch {
          // Storage that is forbidden holds nothing; and what cannot be fetched now is on the next page.
        }
      });
    },
    settle,
    async follow() {
      heed();
      const due = choice.due();
      if (!due.length || (signals() && given())) {
        // A script that has run may write once more while its page closes.
        if (!choice.all()) core.clear();
        return settle();
      }
      // The browser has refused for the visitor: kept as that, and not asked (R29).
      if (signals()) return (await part("refusal"))().then(settle, settle);
      return (await part("choosing")).ask(due);
    },
  };

  // Pages that are still being parsed, or that draw themselves, add held-back elements later.
  let due: unknown = 0;
  let { lang } = document.documentElement;
  const grown = (): void => {
    due = 0;
    if (!corner.root.isConnected) void part("redrawn");
    if (!parts.blocked && document.querySelector(HELD)) void part("blocked");
    if (lang !== (lang = document.documentElement.lang)) {
      if (!parts.choosing) core.speak();
      (parts.choosing?.speak() ?? settle()).catch(() => {});
    }
  };
  new MutationObserver(() => (due ||= setTimeout(grown, 50))).observe(document, {
    childList: true,
    subtree: true,
    attributeFilter: ["lang", "data-consent", "data-src"],
  });
  addEventListener("visibilitychange", watch);
  // The first sign of a hand, before anybody can have pressed anything; or of a reader. A finger is
  // over what it is about to press as well.
  const hand = (): unknown => choice.allows("analytics") && !document.hidden && part("material");
  ["pointerover", "keydown", "scroll"].forEach((sign) => addEventListener(sign, hand));
  setInterval(hand, 10_000);
  // Two windows side by side: neither is hidden, so only the cookie itself tells. Not at once: a
  // browser takes some milliseconds to begin with this.
  setTimeout(() =>
    window.cookieStore?.addEventListener(
      "change",
      () => !parts.choosing?.busy() && choice.differs() && watch(),
    ),
  );

  core.speak();
  grown();
  // A choice that a sibling's page hands over comes before a question.
  const handed = settings.siblings && part("handover").then(({ redeem }) => redeem(language));
  Promise.all([choice.due().length && handed, core.routed])
    .catch(() => {})
    .then(core.follow)
    .catch(() => {});
  // Without page views no answer ever tells.
  if (given() && !choice.allows("analytics")) watch();
  return core;
}
