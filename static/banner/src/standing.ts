// What a visitor chose, as the cookie gw_consent tells it. Pure: no clock, no document.

export type Choices = Readonly<Record<string, boolean>>;

export interface None {
  readonly state: "none";
}

export interface Given {
  readonly state: "given";
  readonly token: string; // the cookie value itself, signed by the gateway
  readonly id: string;
  readonly choices: Choices;
  readonly notice: string;
  readonly until: number; // seconds since 1970 UTC
  readonly date: string | null; // YYYY-MM-DD where the cookie tells it
  readonly receipt: string; // the code, "" in a cookie from before there were receipts
}

export interface Denied {
  readonly state: "refused" | "withdrawn";
  readonly notice: string;
  readonly date: string | null;
  readonly until: number;
}

export type Standing = None | Given | Denied;

export const NONE: None = { state: "none" };

const TEN_YEARS = 10 * 366 * 86400;

/** An expired, foreign or unreadable cookie is no choice at all; nor is one of ten years. */
export function decode(value: string | null, site: string, now: number): Standing {
  const [payload = "", signature] = (value ?? "").split(".");
  const read = parse(payload);
  const { state } = read;
  const until = Number(read.until);
  if (!(until > now && until < now + TEN_YEARS)) return NONE;
  const notice = String(read.notice);
  const date = Date.parse(String(read.date)) ? String(read.date) : null;
  if (state === "given" && signature && read.site === site && read.choices) {
    return {
      state,
      token: value as string,
      id: String(read.id),
      choices: Object(read.choices),
      notice,
      until,
      date,
      receipt: String(read.receipt ?? ""),
    };
  }
  if (state === "refused" || state === "withdrawn") {
    return { state, notice, date, until };
  }
  return NONE;
}

/** The unsigned form: state, notice and whole days, nothing that tells two visitors apart (P7). */
export function encode({ state, notice, date, until }: Denied): string {
  return btoa(JSON.stringify({ state, notice, date, until }))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");
}

export const allows = (standing: Standing, purpose: string): boolean =>
  standing.state === "given" && standing.choices[purpose] === true;

/** Without each yes to what has changed since: it is as if never asked. A no stays one (R18). */
export function renewed(given: Given, outdated: readonly string[]): Given {
  const holds = ([id, yes]: [string, boolean]): boolean => !yes || !outdated.includes(id);
  return { ...given, choices: Object.fromEntries(Object.entries(given.choices).filter(holds)) };
}

/**
 * The purposes the first layer asks about, unasked. A refusal is asked again only when it has
 * expired (R16); a consent also about what it says nothing about (R18).
 */
export const due = (standing: Standing, purposes: readonly string[]): readonly string[] =>
  standing.state === "none"
    ? purposes
    : standing.state === "given"
      ? purposes.filter((purpose) => !(purpose in standing.choices))
      : [];

/** What a cookie says; nothing when somebody else wrote it, or it was cut short. */
function parse(payload: string): Readonly<Record<string, unknown>> {
  try {
    // Names in it are ASCII, so a byte is a character.
    return Object(JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))));
  } catch {
    return {};
  }
}
