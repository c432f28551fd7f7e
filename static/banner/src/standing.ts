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
  const [payload, signature] = (value ?? "").split(".");
  const read = payload ? parse(payload) : null;
  if (!read) return NONE;
  const { state } = read;
  const until = Number(read.until);
  if (!(until > now && until < now + TEN_YEARS)) return NONE;
  const notice = String(read.notice);
  const date = Date.parse(String(read.date)) ? String(read.date) : null;
  if (state === "given" && signature && read.site === site && isRecord(read.choices)) {
    const choices = read.choices as Choices;
    return { state, token: value as string, id: String(read.id), choices, notice, until, date };
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

/**
 * Whether the first layer comes up unasked. A refusal is asked again only when it has expired
 * (R16); a consent also when the notice gained a purpose it says nothing about (R18).
 */
export function mustAsk(standing: Standing, notice: string, purposes: readonly string[]): boolean {
  if (standing.state === "none") return true;
  if (standing.state !== "given" || standing.notice === notice) return false;
  return purposes.some((purpose) => !(purpose in standing.choices));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function parse(payload: string): Record<string, unknown> | null {
  try {
    const binary = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(value) ? value : null;
  } catch {
    return null; // a cookie somebody else wrote, or cut short
  }
}
