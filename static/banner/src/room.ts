// Room at the end of the page, so that everything can scroll clear of what floats there.

export function keepClear(floating: HTMLElement | null, always?: boolean): void {
  const root = document.documentElement;
  // The small buttons make no page scroll that did not. Its height is asked for only where it
  // counts: an answer lays the whole page out anew.
  const high = floating && (always || root.scrollHeight > innerHeight) && floating.offsetHeight;
  root.style.paddingBlockEnd = root.style.scrollPaddingBlockEnd = high ? `${high + 12}px` : "";
}
