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
  readonly date?: string; // YYYY-MM-DD where the cookie tells it
  readonly receipt?: string; // the code; not in a cookie from before there were receipts
}

export interface Denied {
  readonly state: "refused" | "withdrawn";
  readonly notice: string;
  readonly date?: string;
  readonly until: number;
}

export type Standing = None | Given | Denied;

export const NONE: None = { state: "none" };

const TEN_YEARS = 10 * 366 * 86400;

/** An expired, foreign or unreadable cookie is no choice at all; nor is one of ten years. */
export function decode(value: string, site: string, now: number): Standing {
  const [payload = "", signature] = value.split(".");
  const found = parse(payload) as Given & { readonly site?: string };
  const until = +found.until;
  if (!(until > now && until < now + TEN_YEARS)) return NONE;
  return found.state === "given"
    ? signature && found.site === site && found.choices
      ? {
          ...found,
          until,
          token: value,
          choices: Object(found.choices),
          notice: `${found.notice}`,
        }
      : NONE
    : /^(refused|withdrawn)$/.test(found.state)
      ? { ...(found as object as Denied), until }
      : NONE;
}

/** Without each yes to what has changed since: it is as if never asked. A no stays one (R18). */
export function renewed(given: Given, outdated: readonly string[]): Given {
  const choices = Object.entries(given.choices);
  return {
    ...given,
    choices: Object.fromEntries(choices.filter(([id, yes]) => !yes || !outdated.includes(id))),
  };
}

/**
 * The purposes the first layer asks about, unasked. A refusal is asked again only when it has
 * expired (R16); a consent also about what it says nothing about (R18).
 */
export const due = (standing: Standing, purposes: readonly string[]): readonly string[] =>
  standing.state === "none"
    ? purposes
    : purposes.filter((id) => standing.state === "given" && !(id in standing.choices));

/** What a cookie says; nothing when somebody else wrote it, or it was cut short. */
function parse(payload: string): object {
  try {
    // Names in it are ASCII, so a byte is a character.
    return Object(JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))));
  } catch {
    return {};
  }
}
