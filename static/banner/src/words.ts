// The notice's own texts, in the language of the page.

import type { ByLanguage, Content } from "./settings";

export interface Words {
  readonly language: string;
  say(key: string, values?: Readonly<Record<string, string>>): string;
  of<T>(texts: ByLanguage<T>): T;
  list(items: readonly string[]): string;
  day(seconds: number): string;
  days(count: number): string;
  country(code: string): string;
}

/** R11: the page language, else its language without the region, else the site's default. */
export function pick(wanted: string, offered: readonly string[]): string {
  const tag = wanted.toLowerCase();
  const has = (candidate: string): string | undefined =>
    offered.find((language) => language.toLowerCase() === candidate);
  return has(tag) ?? has(tag.split("-", 1)[0] as string) ?? (offered[0] as string);
}

/** A name that ends in a full stop, as "B.V." does, also ends the sentence. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole).replace("..", ".");

export function words(content: Content, wanted: string): Words {
  const language = pick(wanted, content.languages);
  const texts = content.texts[language] ?? {};
  // UTC: the gateway dates a choice in UTC, and a date must not differ from one reader to another.
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return {
    language,
    say: (key, values = {}) => fill(texts[key] ?? key, values),
    of: (byLanguage) => (byLanguage[language] ?? Object.values(byLanguage)[0]) as never,
    list: (items) => new Intl.ListFormat(language).format(items),
    day: (seconds) => date.format(seconds * 1000),
    days: (count) =>
      new Intl.NumberFormat(language, {
        style: "unit",
        unit: "day",
        unitDisplay: "long",
      }).format(count),
    country: (code) => new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code,
  };
}
