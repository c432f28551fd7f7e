// Scripts, frames and the like of other parties, held back until every purpose they name is
// allowed. Draws nothing itself: what stands in an element's place comes when one would be seen.

import { type Part, WAITING, begin, end, loads, partsOf } from "./blocked/content";
import { ATTRIBUTES, type Allows, NAMED, meant, named } from "./blocked/naming";
import { execute } from "./blocked/script";

export interface Blocked {
  /** After each choice: releases what is allowed, takes back what no longer is. A choice also ends
   *  what was allowed once. */
  sync(): void;
}

/** Makes what stands in an element's place. `once` releases this element, and nothing else. */
export type StandIn = (
  held: HTMLElement,
  purposes: readonly string[],
  once: () => void,
) => Promise<HTMLElement>;

interface State {
  runs?: readonly Part[] | undefined;
  /** The addresses it was released with: a page may go on to others in it. */
  released?: string | undefined;
  asked?: boolean;
  stand?: HTMLElement | undefined;
}

const CONTENT = `:is(iframe,img,video,audio,source,embed,object,link)${NAMED}`;
const SCRIPT = `script[type="text/plain"]${NAMED}`;
/** Lower or narrower ones cannot hold the sentence; most of them are there to count. */
const SMALLEST_PX = 60;

/** `early`: an element that may start whatever was chosen. */
export function blocked(
  allows: Allows,
  chosen: () => boolean,
  standIn: StandIn,
  early: (element: HTMLElement) => boolean = () => false,
): Blocked {
  // Those that left the page too, as long as the page keeps them: what runs may come back.
  const known = new Set<WeakRef<HTMLElement>>();
  const states = new WeakMap<HTMLElement, State>();
  const stateOf = (element: HTMLElement): State => states.get(element) ?? {};
  const tried = new WeakSet<Element>();
  let once = new WeakSet<Element>();
  let releasing = false;
  let warned = false;
  let due: unknown;

  // `!analytics` is what another banner runs for who has refused; silence is no refusal.
  const may = (name: string): unknown =>
    name[0] === "!" ? chosen() && allows(name.slice(1)) === false : allows(name);
  const ours = (element: HTMLElement): boolean =>
    meant(element, (name) => allows(name.replace("!", "")));
  const allowed = (element: HTMLElement): boolean =>
    once.has(element) ||
    early(element) ||
    (named(element).length > 0 && named(element).every(may));

  // One at a time and asked anew each time: order is kept, and a withdrawal halfway stops the rest.
  const scripts = async (): Promise<void> => {
    if (releasing) return;
    releasing = true;
    for (let next = waiting(); next; next = waiting()) {
      tried.add(next);
      try {
        await execute(next, tried);
      } catch (error) {
        warn(error);
      }
    }
    releasing = false;
  };
  /** The page demands Trusted Types and allows no policy `gateway`. */
  const warn = (error: unknown): void => {
    if (!warned) console.warn("gateway: not started", error);
    warned = true;
  };
  const waiting = (): HTMLScriptElement | undefined =>
    select<HTMLScriptElement>(SCRIPT).find((script) => !tried.has(script) && allowed(script));

  const look = (): void => {
    due = undefined;
    void scripts();
    for (const element of select(CONTENT)) {
      if (states.has(element) || !ours(element)) continue;
      states.set(element, {});
      known.add(new WeakRef(element));
    }
    for (const reference of known) {
      const element = reference.deref();
      if (!element) {
        known.delete(reference);
        continue;
      }
      const state = stateOf(element);
      const parts = partsOf(element);
      if (allowed(element)) {
        const addresses = parts.map(([, , value]) => value).join(" ");
        if (state.released !== addresses && !parts.every(loads)) release(element, state, parts);
        state.released = addresses;
        show(element, state);
      } else {
        const runs = state.runs ?? (ours(element) ? parts.filter(loads) : []);
        if (runs.length) end(element, runs);
        state.runs = state.released = undefined;
        if (element.isConnected && parts.length && meant(element, allows)) hold(element, state);
        else show(element, state);
      }
    }
  };
  const release = (element: HTMLElement, state: State, parts: readonly Part[]): void => {
    state.runs = parts;
    try {
      begin(element, parts);
    } catch (error) {
      warn(error); // and go on with the next
    }
  };

  const hold = (element: HTMLElement, state: State): void => {
    if (state.stand) place(element, state.stand);
    else if (!state.asked && (element as HTMLImageElement).alt !== "") {
      state.asked = true;
      // Some have no size of their own while nothing is in them, only the one they are given.
      const [width, height] = ["width", "height"].map((name) => element.getAttribute(name));
      // What the page itself does not show, as a closed lightbox, gets nothing in its place.
      if (isDrawn(element) && large(Number(width), Number(height))) ask(element, state);
      else sizes.observe(element);
    }
  };
  const large = (width: number, height: number): boolean => Math.min(width, height) > SMALLEST_PX;
  // Also tells when a frame appears that was in a closed part of the page.
  const sizes = new ResizeObserver((seen) => {
    for (const { target, contentRect } of seen) {
      if (!large(contentRect.width, contentRect.height)) continue;
      sizes.unobserve(target);
      ask(target as HTMLElement, stateOf(target as HTMLElement));
    }
  });
  const ask = (element: HTMLElement, state: State): void => {
    const allow = (): void => {
      once.add(element);
      look();
    };
    standIn(element, named(element), allow).then(
      (stand) => {
        // Not when it was allowed in the meantime.
        if (state.asked && !state.stand) place(element, (state.stand = stand));
      },
      () => {}, // held back all the same, with nothing in its place
    );
  };
  const place = (element: HTMLElement, stand: HTMLElement): void => {
    if (stand.nextElementSibling === element) return;
    element.before(stand);
    element.hidden = true;
  };
  const show = (element: HTMLElement, state: State): void => {
    const { stand } = state;
    sizes.unobserve(element);
    state.asked = false;
    state.stand = undefined;
    if (!stand) return;
    const focused = stand.contains(document.activeElement);
    stand.remove();
    element.hidden = false;
    if (!focused) return;
    element.tabIndex = element.tabIndex; // a picture takes the focus only when it has one
    element.focus();
  };

  // Pages that are still being parsed, or that draw themselves, add blocked elements later on.
  new MutationObserver(() => (due ||= setTimeout(look, 50))).observe(document, {
    childList: true,
    subtree: true,
    attributeFilter: [...ATTRIBUTES, ...WAITING],
  });

  return {
    sync() {
      once = new WeakSet();
      look();
    },
  };
}

/** Whether the page shows it. A plug-in has no box of its own while nothing is in it. */
function isDrawn(element: HTMLElement): boolean {
  const box = element.parentElement as HTMLElement;
  const display = (one: Element): string => getComputedStyle(one).display;
  return (
    display(element) !== "none" && (box.getClientRects().length > 0 || display(box) === "contents")
  );
}

const select = <T extends HTMLElement>(selector: string): T[] => [
  ...document.querySelectorAll<T>(selector),
];
