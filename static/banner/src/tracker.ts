// Page views and events, sent only while the visitor allows it (P1).

export interface Tracker {
  /** Call after every change of the choice. */
  sync(): void;
  track(name: string, props?: Readonly<Record<string, unknown>>): void;
}

/** Scheme and host: the gateway keeps no more, so no more is sent. Android apps have one too. */
export const origin = (referrer: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.exec(referrer)?.[0] ?? "";

export function tracker(allowed: () => boolean, send: (event: object) => void): Tracker {
  let counted: string | null = null; // path of the last view sent under this consent
  let referrer = origin(document.referrer);

  const report = (what: object): void =>
    send({
      ...what,
      // Without the fragment: single sign-on puts secrets there.
      url: location.origin + location.pathname + location.search,
      referrer,
      screen: screen.width,
      language: navigator.language,
    });

  const view = (): void => {
    if (!allowed()) {
      counted = null;
    } else if (counted !== location.pathname) {
      counted = location.pathname;
      report({ kind: "pageview" });
      referrer = location.origin; // whatever is opened next is opened from here
    }
  };

  const push = history.pushState;
  history.pushState = function (...state) {
    push.apply(this, state);
    view();
  };
  addEventListener("popstate", view);
  // Going back to a page the browser kept alive is a view like one that loads again.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) counted = null;
    view();
  });

  return {
    sync: view,
    track(name, props = {}) {
      if (!allowed()) return;
      const text = Object.entries(props).map(([key, value]) => [key, String(value)]);
      report({ kind: "event", name, props: Object.fromEntries(text) });
    },
  };
}
