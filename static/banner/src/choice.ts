// What stands for this visitor on this page, read from the cookie.

import { read } from "./jar";
import type { Settings } from "./settings";
import { type Choices, type Given, NONE, type Standing, decode, due, renewed } from "./standing";

/** What `gateway.get()` and the event `gateway:consent` tell a page. */
export interface Summary {
  readonly state: Standing["state"];
  readonly choices: Choices;
  readonly consent_id: string | null;
  readonly notice: string | null;
  readonly valid_until: string | null;
}


export interface Choice {
  standing(): Standing;
  summary(): Summary;
  /** The purposes to ask about, unasked. */
  due(): readonly string[];
  allows(purpose: string): boolean;
  /** Whether every purpose is allowed. */
  all(): boolean;
  /** Of a consent that is held too: the next try to withdraw needs it. */
  token(): string | undefined;
  /** From a no on, before the gateway has recorded it: this page acts on it at once (R20). */
  hold(): void;
  /** The cookie as it says now. */
  read(): Standing;
  /** What stands from now on; `kept` is false where the browser took no cookie. */
  take(standing: Standing, kept: boolean): void;
  /** Whether another tab changed the choice since this page last looked. */
  differs(): boolean;
}

export function summaryOf(standing: Standing, choices: Choices): Summary {
  const { state, id = null, notice = null, until } = standing as Given;
  return {
    state,
    choices,
    consent_id: id,
    notice,
    valid_until: until ? new Date(until * 1000).toJSON().replace(".000", "") : null,
  };
}

export function choiceOf({ site, purposes, renew }: Settings): Choice {
  const asked = Object.keys(purposes).filter((id) => purposes[id]);
  const now = (): number => Date.now() / 1000;
  let seen: string; // the cookie as it was when last read
  let held = false;
  let stored = true;
  const reread = (): Standing => {
    const found = decode((seen = read()), site, now());
    // A notice this page does not know is newer than a page from the browser's cache.
    return found.state === "given" ? renewed(found, renew?.[found.notice.slice(0, 16)] ?? []) : found;
  };
  let latest = reread();

  const standing = (): Standing =>
    held || (latest as Given).until <= now() ? NONE : latest;
  const says = (id: string): boolean => (standing() as Given).choices?.[id] === true;

  return {
    standing,
    read: reread,
    due: () => due(standing(), asked),
    token: () => (latest as Given).token,
    // Purposes with another basis are not the visitor's to refuse: always allowed.
    allows: (id) => purposes[id] === 0 || says(id),
    all: () => asked.every(says),
    summary: () => summaryOf(standing(), Object.fromEntries(asked.map((id) => [id, says(id)]))),
    hold() {
      held = true;
    },
    take(meant, kept) {
      held = false;
      stored = kept;
      latest = meant;
    },
    differs: () => !held && stored && read() !== seen,
  };
}
