// A stand-in takes the very place of its element, so that nothing on the page moves when either
// comes (layout shift 0).

/** What says where an element is, besides its size. */
const PLACE = ["position", "inset", "margin", "float", "flex", "gridArea", "verticalAlign"] as const;

/** The place of an element, which has to be shown for that. */
export function placeOf(held: HTMLElement): Partial<CSSStyleDeclaration> {
  const now = getComputedStyle(held);
  const place = {
    ...Object.fromEntries(PLACE.map((name) => [name, now[name]])),
    display: /inline/.test(now.display) ? "inline-flex" : "flex",
  };
  if (/absolute|fixed/.test(now.position)) return place; // its four sides say it
  if (held instanceof HTMLImageElement) {
    // Its text alone has another size than the picture will have.
    const [across, down] = ["width", "height"].map((name) => held.getAttribute(name));
    return { ...place, width: `${across}px`, height: "auto", aspectRatio: `${across}/${down}` };
  }
  const { width, height } = held.getBoundingClientRect();
  // One that is not shown has no size but the one it is given.
  return {
    ...place,
    width: width ? `${width}px` : now.width,
    height: height ? `${height}px` : now.height,
  };
}
