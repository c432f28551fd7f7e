// The switch to another language of the site, each named in itself.

import { h } from "../dom";

export function languages(
  label: string,
  current: string,
  all: readonly string[],
  speak: (language: string) => void,
): HTMLElement | null {
  if (all.length < 2) return null;
  const named = (language: string): string =>
    new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
  const options = all.map((language) =>
    h("option", { value: language, lang: language }, named(language)),
  );
  const select = h("select", { "aria-label": label }, ...options);
  select.value = current;
  select.onchange = () => speak(select.value);
  return select;
}
