// The switch to another language of the site, each named in itself.

import { h } from "../dom";
import type { Told } from "../told";

export function languages(
  { language: current, languages: all = [], words }: Told,
  speak: (language: string) => Promise<void>,
): HTMLElement | null {
  if (all.length < 2) return null;
  const options = all.map(([language, name]) =>
    h("option", { value: language, lang: language }, name),
  );
  const select = h("select", { "aria-label": words["language"] as string }, ...options);
  select.value = current;
  select.onchange = () =>
    speak(select.value).then(
      // All of it was made anew, and the focus would be lost with the old one.
      () => document.querySelector<HTMLElement>("#gw-preferences select")?.focus(),
      () => (select.value = current), // no network: it is still this one that is shown
    );
  return select;
}
