// Has the gateway record a choice, then keeps it in the cookie.

import { put } from "../cookie";
import type { Core } from "../core";
import { NAME } from "../jar";
import { type Choices, type Denied, type Given, type Standing, decode } from "../standing";

export type Action = "accept" | "reject" | "save";
export type Layer = "first" | "renewal" | "preferences" | "page" | "placeholder";

const DAY = 86400;

interface Answer {
  readonly state: "given" | "refused" | "withdrawn";
  readonly token?: string | null;
  readonly valid_until?: string | null;
}

/** What was decided, and where. */
export interface Decision {
  readonly action: Action;
  readonly choices: Choices;
  readonly notice: string;
  readonly language: string;
  readonly layer: Layer;
  /** The purposes that were asked; the others stay as they are. Left out: all were asked. */
  readonly asked?: readonly string[] | undefined;
  /** Said by the browser, not by the visitor: Global Privacy Control. */
  readonly signal?: "gpc" | undefined;
}

export interface Recording {
  decide(decision: Decision): Promise<void>;
  /** `notice`: the one whose words were shown. */
  withdraw(notice: string): Promise<void>;
}

export function recording({ settings, gate, choice }: Core): Recording {
  const { cookieDomain = "", months = 6, site } = settings;
  const reaches = !!cookieDomain && `.${location.hostname}`.endsWith(`.${cookieDomain}`);
  const ask = async (path: string, body: object): Promise<Answer> => {
    // A gateway that hangs must not leave the visitor with dead buttons.
    const signal = AbortSignal.timeout?.(15000) ?? null;
    const response = await gate(path, { signal }, { ...body, token: choice.token() });
    if (!response.ok) throw response;
    return (await response.json()) as Answer;
  };

  const keep = (answer: Answer, notice: string): void => {
    const now = Date.now() / 1000;
    // A cookie of this host alone, where the site has come to use its domain's, would be read first,
    // and an old yes would outlive a new no.
    if (reaches) put(`${NAME}=`, 0, "");
    const { value, until } = stored(answer, notice, months, now);
    const meant = decode(value, site, now);
    // The server's own cookie lasts; one written here is cut to seven days by some browsers. So it
    // is replaced only where the server's did not arrive: a gateway on another registrable domain.
    if (!same(choice.read(), meant)) {
      put(`${NAME}=${value}`, Math.round(until - now), reaches ? cookieDomain : "");
    }
    const found = choice.read();
    const kept = same(found, meant);
    choice.take(kept ? found : meant, kept);
  };

  return {
    async decide({ asked, ...decision }) {
      const said = ask("consent", { ...decision, asked }).catch((error: unknown) => {
        // The consent to keep the rest of has ended elsewhere: then there is no rest.
        if (asked && status(error) === 409) return ask("consent", decision);
        throw error;
      });
      keep(await said, decision.notice);
    },
    async withdraw(notice) {
      // Whatever the gateway still knows of it (an erased consent, a token of lost keys: 401), who
      // withdraws is not kept to a consent and not asked again at once.
      const answer = await ask("withdraw", {}).catch((error: unknown) => {
        if (status(error) === 401) return {};
        throw error;
      });
      keep({ ...answer, state: "withdrawn" }, notice);
    },
  };
}

/** What the gateway answered, if it did. */
export const status = (error: unknown): number => (error as Response).status;

/** The unsigned form: state, notice and whole days, nothing that tells two visitors apart (P7). */
export function encode({ state, notice, date, until }: Denied): string {
  return btoa(JSON.stringify({ state, notice, date, until }))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");
}

/** Whether a cookie tells this choice; a day apart, for two clocks may differ over midnight. */
const same = (found: Standing, meant: Standing): boolean =>
  found.state === meant.state &&
  (found as Given).token === (meant as Given).token &&
  !(Math.abs((found as Denied).until - (meant as Denied).until) > DAY);

/** The cookie an answer asks for, and its end in seconds since 1970 UTC. */
function stored(answer: Answer, notice: string, months: number, now: number) {
  const { state, token, valid_until } = answer;
  const stated = valid_until ? Date.parse(valid_until) / 1000 : NaN;
  const until = stated || now + months * 30 * DAY;
  if (state === "given") return { value: token ?? "", until };
  // Whole days: a second would be a mark to know a refusing visitor by.
  const day = (Math.floor(until / DAY) + 1) * DAY;
  const date = new Date(now * 1000).toISOString().slice(0, 10);
  return { value: encode({ state, notice, date, until: day }), until: day };
}
