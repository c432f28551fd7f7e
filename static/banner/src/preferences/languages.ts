// The switch to another language of the site, each named in itself.

import { h } from "../dom";

const OTHERS: Readonly<Record<string, string>> = { ga: "Gaeilge", mt: "Malti" };

export function languages(
  label: string,
  current: string,
  all: readonly string[],
  speak: (language: string) => Promise<void>,
): HTMLElement | null {
  if (all.length < 2) return null;
  const named = (language: string): string => {
    // Languages a browser does not know it would name in its own.
    const known = Intl.DisplayNames.supportedLocalesOf(language).length;
    const name = known && new Intl.DisplayNames(language, { type: "language" }).of(language);
    return name || (OTHERS[language] ?? language);
  };
  const options = all.map((language) =>
    h("option", { value: language, lang: language }, named(language)),
  );
  const select = h("select", { "aria-label": label }, ...options);
  select.value = current;
  select.onchange = () =>
    speak(select.value).then(
      // All of it was made anew, and the focus would be lost with the old one.
      () => document.querySelector<HTMLElement>("#gw-preferences select")?.focus(),
      () => (select.value = current), // no network: it is still this one that is shown
    );
  return select;
}
