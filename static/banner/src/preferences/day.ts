// Dates as the language of the page writes them.

import type { Told } from "../told";

/** Seconds since 1970. In UTC: the gateway dates a choice in UTC, and a date must not differ from one
 *  reader to another. */
export function dayOf(seconds: number, { dates = [] }: Pick<Told, "dates">): string {
  const date = new Date(seconds * 1000);
  return (dates[date.getUTCMonth()] ?? "")
    .replace("{day}", `${date.getUTCDate()}`)
    .replace("{year}", `${date.getUTCFullYear()}`);
}
