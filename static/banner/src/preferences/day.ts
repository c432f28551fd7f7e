// Dates as the language of the page writes them.

import type { Told } from "../told";

/** Seconds since 1970. In UTC: the gateway dates a choice in UTC, and a date must not differ from one
 *  reader to another. */
export function dayOf(seconds: number, { language, months }: Pick<Told, "language" | "months">) {
  const date = new Date(seconds * 1000);
  return months
    ? `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
    : new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}
