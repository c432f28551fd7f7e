// The visitor's choice: asks the gateway to record it, then keeps it in the cookie.

import { type Action, type Answer, type Api, type Layer } from "./api";
import type { Jar } from "./jar";
import { type Settings, asked } from "./settings";
import { type Choices, type Given, NONE, type Standing, decode, encode } from "./standing";

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
  decide(action: Action, wanted: Choices, language: string, layer: Layer): Promise<void>;
  withdraw(): Promise<void>;
  /** True when another tab changed the choice since this page last looked. */
  changedElsewhere(): boolean;
}

export function chooser(settings: Settings, api: Api, jar: Jar): Chooser {
  const purposes = asked(settings.content).map((purpose) => purpose.id);
  const now = (): number => Date.now() / 1000;
  const read = (): Standing => decode(jar.read(), settings.site, now());
  let latest = read();

  const standing = (): Standing =>
    latest.state !== "none" && latest.until <= now() ? NONE : latest;
  const token = (): string | undefined => (standing() as Partial<Given>).token;

  // The server's own cookie lasts; one written here is cut to seven days by some browsers. So it
  // is replaced only where the server's did not arrive: a gateway on another registrable domain.
  const keep = (answer: Answer): void => {
    const until = untilOf(answer, settings.content.validity_months, now());
    const date = new Date().toISOString().slice(0, 10);
    const { state } = answer;
    const value =
      state === "given" && answer.token
        ? answer.token
        : encode({ state: state as "refused", notice: settings.notice, date, until });
    const found = read();
    const arrived =
      found.state === "given"
        ? found.token === value
        : found.state === state &&
          found.notice === settings.notice &&
          Math.abs(found.until - until) < 2 * DAY;
    if (!arrived) jar.write(value, until);
    latest = arrived ? found : decode(value, settings.site, now());
  };

  return {
    standing,
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
    async decide(action, wanted, language, layer) {
      const choices = Object.fromEntries(
        purposes.map((id) => [id, action === "accept" || (action === "save" && !!wanted[id])]),
      );
      const { notice } = settings;
      keep(await api.decide({ notice, choices, action, language, layer }, token()));
    },
    async withdraw() {
      keep(await api.withdraw(token()));
    },
    changedElsewhere() {
      const found = read();
      const changed = JSON.stringify(found) !== JSON.stringify(standing());
      latest = found;
      return changed;
    },
  };
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Whole days for a refusal: a second would be a mark to know the visitor by. */
function untilOf(answer: Answer, months: number, now: number): number {
  const stated = answer.valid_until ? Date.parse(answer.valid_until) / 1000 : NaN;
  const until = stated || now + months * 30 * DAY;
  return answer.state === "given" ? until : Math.floor(until / DAY) * DAY;
}
