// A stand-in takes the very place of its element, so that nothing on the page moves when either
// comes (layout shift 0).

/** What says where an element is, besides its size. */
const PLACE = ["position", "inset", "margin", "float", "flex", "gridArea", "verticalAlign"] as const;

/** Puts a stand-in where its element is, which has to be shown for that. */
export function measure({ style }: HTMLElement, held: HTMLElement): void {
  const now = getComputedStyle(held);
  const { width, height } = held.getBoundingClientRect();
  for (const name of PLACE) style[name] = now[name];
  style.display = /inline/.test(now.display) ? "inline-flex" : "flex";
  if (/absolute|fixed/.test(now.position)) return; // its four sides say it
  // One that is not shown has no size but the one it is given.
  style.width = width ? `${width}px` : now.width;
  style.height = height ? `${height}px` : now.height;
  if (held instanceof HTMLImageElement) {
    // Its text alone has another size than the picture will have.
    const [across, down] = ["width", "height"].map((name) => held.getAttribute(name));
    style.width = `${across}px`;
    style.height = "auto";
    style.aspectRatio = `${across}/${down}`;
  }
}
