// Tells how long a page was looked at and how far down, when it is left or no longer in view.

import type { Tracker } from "../tracker";
import { stayOf } from "./stay";

/** Gives what is to be called before another page is counted (true), or none any more (false). */
export function engagement(visits: Tracker): (counting: boolean) => void {
  const stay = stayOf(visits.counted() === null ? null : visits.since());
  const tell = (leaving: boolean, counting?: boolean): void => {
    const spent = stay(counting);
    // Of the page that was counted last, which may not be the one of now.
    const path = visits.counted();
    if (spent && path) {
      visits.report({ kind: "engagement", ...spent, url: location.origin + path }, leaving);
    }
  };
  addEventListener("visibilitychange", () => tell(true));
  return (counting) => tell(false, counting);
}
