// What stands in the place of a held-back element: what it is, why it is off, how to allow it.

import { button, h } from "../dom";
import { direction } from "../language";
import type { Told } from "../told";
import { placeOf } from "./place";

export type StandIn = typeof standIn;

export function standIn(
  { language, words, purposes }: Told,
  held: HTMLElement,
  ids: readonly string[],
  once: () => void,
  always: () => void,
): HTMLElement {
  const known = ids.map((id) => purposes.find((purpose) => purpose.id === id));
  // Not Intl.ListFormat: the first use of Intl alone takes 20 ms, and 70 on a slow phone.
  const list = known.map((one, at) => one?.name ?? ids[at]!).join(language === "ar" ? "، " : ", ");
  const because = words["blocked"]!.replace("{purposes}", () => list).replace("..", ".");
  const title = held.title || (held as HTMLImageElement).alt || held.ariaLabel || "";
  const press = (key: string, act: () => void): HTMLElement => {
    const made = button(words[key]!, key);
    made.removeAttribute("data-gw-action"); // no act on the choice of the whole page
    made.onclick = (event) => {
      event.preventDefault(); // the element may be in a link
      act();
    };
    return made;
  };
  // Nobody can agree to a purpose that the site has not explained.
  const allow = known.every(Boolean)
    ? [press("allow_once", once), press("allow_always", always)]
    : [];
  const stand = h(
    "div",
    { class: "gw-blocked", role: "group", "aria-label": title || because },
    title ? h("b", {}, title) : null,
    h("p", {}, because),
    h("div", {}, ...allow, button(words["preferences"]!, "open", "gw-plain")),
  );
  stand.lang = language;
  stand.dir = direction(language);
  Object.assign(stand.style, placeOf(held));
  standing.set(stand, new WeakRef(held));
  return stand;
}

const standing = new Map<HTMLElement, WeakRef<HTMLElement>>();

// All at once, and all are read before any is written to: 300 of them one by one took a second.
addEventListener("resize", () => {
  const shown = [...standing].flatMap(([stand, reference]) => {
    const held = reference.deref();
    if (held && stand.isConnected) return [{ stand, held }];
    standing.delete(stand);
    return [];
  });
  for (const { stand, held } of shown) held.hidden = !(stand.hidden = true);
  const places = shown.map(({ held }) => placeOf(held));
  shown.forEach(({ stand, held }, at) => {
    Object.assign(stand.style, places[at]);
    held.hidden = !(stand.hidden = false);
  });
});
