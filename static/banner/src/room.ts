// Room at the end of the page, so that everything can scroll clear of what floats there.

export function keepClear(floating: HTMLElement | null, always?: boolean): void {
  const { style, scrollHeight } = document.documentElement;
  // The small buttons make no page scroll that did not.
  style.paddingBlockEnd = style.scrollPaddingBlockEnd =
    floating && (always || scrollHeight > innerHeight) ? `${floating.offsetHeight + 12}px` : "";
}
