// The visitor's choice: asks the gateway to record it, then keeps it in the cookie.

import { type Action, type Answer, type Api, Failure, type Layer } from "./api";
import type { Jar } from "./jar";
import { type Settings, asked } from "./settings";
import {
  type Choices,
  type Denied,
  type Given,
  NONE,
  type Standing,
  decode,
  due,
  encode,
  renewed,
} from "./standing";

const DAY = 86400;

/** What `gateway.get()` and the event `gateway:consent` tell a page. */
export interface Summary {
  readonly state: Standing["state"];
  readonly choices: Choices;
  readonly consent_id: string | null;
  readonly notice: string | null;
  readonly valid_until: string | null;
}

export interface Chooser {
  standing(): Standing;
  summary(): Summary;
  /** The purposes to ask about, unasked. */
  due(): readonly string[];
  decide(
    action: Action,
    wanted: Choices,
    language: string,
    layer: Layer,
    signal?: "gpc",
  ): Promise<void>;
  withdraw(): Promise<void>;
  /** After a no that could not be recorded: this page acts on it all the same (R20). */
  hold(): void;
  /** True when another tab changed the choice since this page last looked. */
  changedElsewhere(): boolean;
}

export function chooser(settings: Settings, api: Api, jar: Jar): Chooser {
  const purposes = asked(settings.content).map((purpose) => purpose.id);
  const now = (): number => Date.now() / 1000;
  let seen: string | null; // the cookie as it was when last read
  const read = (): Standing => {
    const found = decode((seen = jar.read()), settings.site, now());
    // A notice this page does not know is newer than a page from the browser's cache.
    return found.state === "given" && found.notice !== settings.notice
      ? renewed(found, settings.renew[found.notice.slice(0, 16)] ?? [])
      : found;
  };
  let latest = read();
  let kept = true; // false where the browser takes no cookies

  let held = false;

  const standing = (): Standing =>
    held || (latest.state !== "none" && latest.until <= now()) ? NONE : latest;
  // Also of a consent that is held: the next try to withdraw needs it.
  const token = (): string | undefined => (latest as Partial<Given>).token;

  const keep = (answer: Answer): void => {
    held = false;
    jar.tidy();
    const { value, until } = stored(answer, settings, now());
    const meant = decode(value, settings.site, now());
    // The server's own cookie lasts; one written here is cut to seven days by some browsers. So it
    // is replaced only where the server's did not arrive: a gateway on another registrable domain.
    if (!same(read(), meant)) jar.write(value, until);
    const found = read();
    kept = same(found, meant);
    latest = kept ? found : meant;
  };

  return {
    standing,
    due: () => due(standing(), purposes),
    summary() {
      const current = standing();
      const given = current.state === "given" ? current : null;
      return {
        state: current.state,
        choices: Object.fromEntries(purposes.map((id) => [id, given?.choices[id] === true])),
        consent_id: given?.id ?? null,
        notice: current.state === "none" ? null : current.notice,
        valid_until: current.state === "none" ? null : iso(current.until),
      };
    },
    async decide(action, wanted, language, layer, signal) {
      const asked = layer === "renewal" ? due(standing(), purposes) : undefined;
      const choices = Object.fromEntries(
        (asked ?? purposes).map((id) => [
          id,
          action === "accept" || (action === "save" && !!wanted[id]),
        ]),
      );
      const decision = { notice: settings.notice, choices, action, language, layer, signal };
      const said = api.decide({ ...decision, asked }, token()).catch((error: unknown) => {
        // The consent to keep the rest of has ended elsewhere: then there is no rest.
        if (asked && error instanceof Failure && error.status === 409) {
          return api.decide(decision, token());
        }
        throw error;
      });
      keep(await said);
    },
    async withdraw() {
      // Whatever the gateway still knows of it (an erased consent, a token of lost keys: 401), who
      // withdraws is not kept to a consent and not asked again at once.
      const answer = await api.withdraw(token()).catch((error: unknown) => {
        if (error instanceof Failure && error.status === 401) return {};
        throw error;
      });
      keep({ ...answer, state: "withdrawn" });
    },
    hold() {
      held = true;
    },
    changedElsewhere() {
      if (held || !kept || jar.read() === seen) return false;
      latest = read();
      return true;
    },
  };
}

const iso = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Whether a cookie tells this choice; a day apart, for two clocks may differ over midnight. */
function same(found: Standing, meant: Standing): boolean {
  if (found.state !== meant.state || found.state === "none" || meant.state === "none") {
    return found.state === meant.state;
  }
  if (found.state === "given") return found.token === (meant as Given).token;
  return Math.abs(found.until - (meant as Denied).until) <= DAY;
}

/** The cookie an answer asks for, and its end in seconds since 1970 UTC. */
function stored(answer: Answer, { notice, content }: Settings, now: number) {
  const { state, token, valid_until } = answer;
  const stated = valid_until ? Date.parse(valid_until) / 1000 : NaN;
  const until = stated || now + content.validity_months * 30 * DAY;
  if (state === "given") return { value: token ?? "", until };
  // Whole days: a second would be a mark to know a refusing visitor by.
  const day = (Math.floor(until / DAY) + 1) * DAY;
  const date = new Date(now * 1000).toISOString().slice(0, 10);
  return { value: encode({ state, notice, date, until: day }), until: day };
}
