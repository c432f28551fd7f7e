// Which purposes an element needs, in our words or in those of the banner a site had before.

/** True or false for a purpose of the site, undefined for any other name. */
export type Allows = (purpose: string) => boolean | undefined;

/** In the order they count: `data-consent` is ours, the others are rivals'. */
export const ATTRIBUTES = ["consent", "cookieconsent", "cookiecategory", "category", "name"].map(
  (word) => `data-${word}`,
);
export const NAMED = `:is([${ATTRIBUTES.join("],[")}])`;

export function named(element: HTMLElement): string[] {
  const attribute = ATTRIBUTES.find((name) => element.hasAttribute(name));
  const names = attribute ? (element.getAttribute(attribute)?.match(/[^\s,]+/g) ?? []) : [];
  // Cookiebot's four categories have fixed names; every site has a purpose `analytics`.
  return attribute === ATTRIBUTES[1]
    ? names.map((name) => (name === "statistics" ? "analytics" : name))
    : names;
}

/** A page uses `data-name` and `data-category` for much else: only what names purposes is meant. */
export function meant(element: HTMLElement, allows: Allows): boolean {
  const names = named(element);
  const known = names.length > 0 && names.every((name) => allows(name) !== undefined);
  return known || "consent" in element.dataset;
}
