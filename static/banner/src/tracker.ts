// Page views, and what a page's own code tells: sent only while the visitor allows it (P1). Before
// that nothing is sent, timed or remembered.

export interface Tracker {
  /** Call after every change of the choice. */
  sync(): void;
  track(name: string, props?: Readonly<Record<string, unknown>>): void;
  /** The path that is counted, and since when it has been in view: `performance.now()`, 0 while it
   *  is not. */
  counted(): string | null;
  since(): number;
  /** What happened on this page; `leaving` as in Send. */
  report(what: object, leaving?: boolean): void;
  /** This page is one that does not exist. */
  missing(): void;
}

/** `leaving`: the page may be gone before an answer comes. */
export type Send = (event: object, leaving: boolean) => void;

/** Scheme and host: the gateway keeps no more, so no more is sent. Android apps have one too. */
export const origin = (referrer: string): string => /^[\w+.-]+:\/\/[^/?#]+/.exec(referrer)?.[0] ?? "";

const MISSING = 'meta[name="gateway:status"][content="404"]';

/** `path` is that of the page of now. `left`: called before another page is counted (true), or none
 *  any more (false). */
export function tracker(
  allowed: () => boolean,
  path: () => string,
  send: Send,
  left: (counting: boolean) => void,
): Tracker {
  // Path of the last view sent under this consent; "" for one that is to be counted again.
  let counted: string | null = null;
  let referrer = origin(document.referrer);
  let since = 0;

  const report = (what: object, leaving = false): void => {
    if (!allowed()) return;
    const { language } = navigator;
    const url = location.origin + path() + location.search;
    send({ url, referrer, screen: screen.width, language, ...what }, leaving);
  };
  const missing = (): void => report({ kind: "missing" });

  const seen = (): void => {
    since = document.hidden ? 0 : performance.now();
  };
  const view = (): void => {
    const now = allowed() ? path() : null;
    if (now === counted) return;
    left(now !== null);
    seen();
    counted = now;
    if (now === null) return;
    report({ kind: "pageview" });
    if (document.querySelector(MISSING)) missing();
    referrer = location.origin; // whatever is opened next is opened from here
  };

  // Older browsers do not tell: see history/.
  (window as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", view);
  // Going back to a page the browser kept alive is a view like one that loads again.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      counted &&= "";
      view();
    }
  });
  addEventListener("visibilitychange", seen);
  return {
    sync: view,
    counted: () => counted,
    since: () => since,
    report,
    missing,
    track: (name, props) => report({ kind: "event", name, props }),
  };
}
