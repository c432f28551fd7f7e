// As much of a browser window as the tracker looks at, with a clock that goes when it is told to.

import { watchHistory } from "../src/history/history";
import { engagement } from "../src/material/engagement";
import { type Tracker, tracker } from "../src/tracker";

export interface Sent {
  readonly kind: string;
  readonly url: string;
  readonly leaving: boolean;
  readonly seconds?: number;
  readonly scroll?: number;
}

export class Window extends EventTarget {
  allowed = true;
  now = 5_000;
  visible = true;
  height = 2_000;
  found404 = false;
  readonly sent: Sent[] = [];
  readonly raw: object[] = [];
  readonly address = new URL("https://site.nl/a?q=1");
  readonly tracker: Tracker;

  constructor(path = ({ pathname }: Location): string => pathname, navigation?: EventTarget) {
    super();
    const made = this;
    const go = (_: unknown, __: string, url: string): void => {
      made.address.href = new URL(url, made.address).href;
    };
    const globals: Record<string, unknown> = {
      window: navigation ? { navigation } : {},
      location: made.address,
      history: { pushState: go, replaceState: go },
      performance: { now: () => made.now },
      screen: { width: 1366 },
      navigator: { language: "nl" },
      scrollY: 0,
      innerHeight: 500,
      addEventListener: made.addEventListener.bind(made),
      document: {
        referrer: "https://zoek.nl/?q=geheim",
        get hidden() {
          return !made.visible;
        },
        documentElement: {
          get scrollHeight() {
            return made.height;
          },
        },
        querySelector: () => made.found404 || null,
        querySelectorAll: () => [],
      },
    };
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    this.tracker = tracker(
      () => this.allowed,
      () => path(location),
      (event, leaving) => {
        this.raw.push(event);
        const { kind, url, seconds, scroll } = event as Sent;
        const measured = seconds === undefined ? {} : { seconds, scroll: scroll as number };
        this.sent.push({ kind, url, leaving, ...measured });
      },
      (counting) => left(counting),
    );
    if (!navigation) watchHistory(this.tracker.sync);
    const left = engagement(this.tracker);
  }

  tell(type: string, more: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), more));
  }
  pass(seconds: number): void {
    this.now += seconds * 1000;
  }
  show(visible: boolean): void {
    this.visible = visible;
    this.tell("visibilitychange");
  }
  scroll(to: number): void {
    Object.assign(globalThis, { scrollY: to });
    this.tell("scroll");
  }
  choose(allowed: boolean): void {
    this.allowed = allowed;
    this.tracker.sync();
  }
  /** What was sent since it was asked last. */
  news(): Sent[] {
    return this.sent.splice(0);
  }
  kinds(): string[] {
    return this.news().map(({ kind, url }) => `${kind} ${url.replace("https://site.nl", "")}`);
  }
}
