// How long a page is really looked at, and how far down it was seen. Counts only when told to.

export interface Spent {
  readonly seconds: number; // in a visible window
  readonly scroll: number; // percent of the page's height that has been in view
}

/**
 * What was not told before, counted from `begun` (`performance.now()`) where it has; nothing when it is less than a second. `true` begins anew, `false`
 * forgets all and counts no more, and without a word it goes on.
 */
export type Stay = (counting?: boolean) => Spent | undefined;

export function stayOf(begun: number | null): Stay {
  let counts = begun !== null;
  let since = begun ?? 0; // 0: nobody is looking
  let spent = 0; // milliseconds
  let scroll = 0;

  const beat = (): void => {
    const now = performance.now();
    if (since) spent += now - since;
    since = counts && !document.hidden ? now : 0;
  };
  const look = (): void => {
    const share = (scrollY + innerHeight) / document.documentElement.scrollHeight;
    // In a frame without a size this is no number: then 0.
    if (counts) scroll = Math.max(scroll, Math.min(100, (share * 100 + 0.5) | 0));
  };
  addEventListener("visibilitychange", beat);
  addEventListener("scroll", look);

  return (counting) => {
    beat();
    look();
    const seconds = (spent / 1000) | 0;
    const told = seconds ? { seconds, scroll } : undefined;
    spent %= 1000; // so that many short looks add up
    if (counting !== undefined) {
      counts = counting;
      since = spent = scroll = 0;
      beat();
    }
    return told;
  };
}
