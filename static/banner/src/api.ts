// The gateway over HTTP. Bodies go as text/plain, which spares every visitor a CORS preflight;
// the referrer is cut to the origin, so that no page address travels in a header.

import type { Choices } from "./standing";

export type Action = "accept" | "reject" | "save";
export type Layer = "first" | "renewal" | "preferences" | "page";

export interface Decision {
  readonly notice: string;
  readonly choices: Choices;
  readonly action: Action;
  readonly language: string;
  readonly layer: Layer;
  /** The purposes that were asked again; the others stay as they are. Left out: all were asked. */
  readonly asked?: readonly string[] | undefined;
  /** Said by the browser, not by the visitor: Global Privacy Control. */
  readonly signal?: "gpc" | undefined;
}

export interface Answer {
  readonly state: "given" | "refused" | "withdrawn";
  readonly token?: string | null;
  readonly valid_until?: string | null;
}

export class Failure extends Error {
  constructor(readonly status: number) {
    super(`the gateway answered ${status}`);
  }
}

export interface Api {
  /** `token` names the standing consent where the cookie cannot reach the gateway. */
  decide(decision: Decision, token: string | undefined): Promise<Answer>;
  withdraw(token: string | undefined): Promise<Answer>;
  /** Whether the gateway kept nothing because the consent does not allow it any more. */
  event(event: object, token: string): Promise<boolean>;
  /** Whether the consent has ended: on another device, by its receipt. */
  ended(token: string): Promise<boolean>;
  shown(notice: string, language: string): void;
}

export function api(base: string): Api {
  const send = (path: string, options: RequestInit): Promise<Response> =>
    fetch(base + path, { credentials: "include", referrerPolicy: "origin", ...options });
  const post = (path: string, body: object, options: RequestInit): Promise<Response> =>
    send(path, { method: "POST", body: JSON.stringify(body), ...options });

  const ask = async (path: string, body: object): Promise<Answer> => {
    // A gateway that hangs must not leave the visitor with dead buttons.
    const signal = AbortSignal.timeout?.(15000) ?? null;
    const response = await post(path, body, { signal });
    if (!response.ok) throw new Failure(response.status);
    return (await response.json()) as Answer;
  };

  return {
    decide: (decision, token) => ask("consent", { ...decision, token }),
    withdraw: (token) => ask("withdraw", { token }),
    // keepalive: sent even when the visitor leaves the page at once. A lost beacon is no error.
    async event(event, token) {
      const sent = await post("event", { ...event, token }, { keepalive: true });
      return !!(await sent.json()).dropped?.withdrawn;
    },
    async ended(token) {
      const found = await send("consent", { headers: { Authorization: `Consent ${token}` } });
      // Also "given" is possible: with less in it, or only just changed.
      return ["withdrawn", "expired", "none"].includes((await found.json()).state);
    },
    shown(notice, language) {
      const options = { keepalive: true, credentials: "omit" } as const;
      post("shown", { notice, language }, options).catch(() => {});
    },
  };
}
