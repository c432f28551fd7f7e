// Room at the end of the page, so that everything can scroll clear of what floats there.

/** From now on as much as `floating` takes, whenever it is seen. */
export function keepClear(floating: HTMLElement, always?: boolean): void {
  const root = document.documentElement;
  // Measured when the browser has laid the page out: to ask before would make it do so at once, and
  // then again. The small buttons make no page scroll that did not.
  new ResizeObserver(() => {
    const high = floating.offsetHeight;
    if (high && (always || root.scrollHeight > innerHeight)) {
      root.style.paddingBlockEnd = root.style.scrollPaddingBlockEnd = `${high + 12}px`;
    }
  }).observe(floating);
}
