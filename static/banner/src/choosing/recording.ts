// Has the gateway record a choice, then keeps it in the cookie.

import { put } from "../cookie";
import type { Core } from "../core";
import { NAME, read } from "../jar";
import { type Choices, type Given, decode } from "../standing";

export type Action = "accept" | "reject" | "save";
export type Layer = "first" | "renewal" | "preferences" | "page" | "placeholder";

interface Answer {
  /** A consent; or what remembers that there is none. */
  readonly token: string | null;
  readonly cookie?: string;
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
  withdraw(): Promise<void>;
}

export function recording({ settings, gate, choice }: Core): Recording {
  const { cookieDomain, site } = settings;
  const reaches = cookieDomain && `.${location.hostname}`.endsWith(`.${cookieDomain}`);
  const ask = async (path: string, body: object, token = choice.token()): Promise<Answer> => {
    // A gateway that hangs must not leave the visitor with dead buttons.
    const limit = { signal: AbortSignal.timeout?.(15000) };
    const response = await gate(path, limit as RequestInit, { ...body, token });
    if (!response.ok) throw response;
    return response.json();
  };

  const keep = ({ token, cookie = "" }: Answer): void => {
    const value = token ?? cookie;
    const now = Date.now() / 1000;
    const meant = decode(value, site, now);
    // A cookie of this host alone, where the site has come to use its domain's, would be read first,
    // and an old yes would outlive a new no.
    if (reaches) put(`${NAME}=`, 0, "");
    // The server's own cookie lasts; one written here is cut to seven days by some browsers. So it
    // is written only where the server's did not arrive: a gateway on another registrable domain.
    if (read() !== value) {
      const age = Math.round((meant as Given).until - now);
      put(`${NAME}=${value}`, age, reaches ? cookieDomain : "");
    }
    const kept = read() === value;
    choice.take(kept ? choice.read() : meant, kept);
  };

  return {
    async decide({ asked, ...decision }) {
      const said = ask("consent", { ...decision, asked }).catch((error: unknown) => {
        // The consent to keep the rest of has ended elsewhere: then there is no rest.
        if (asked && status(error) === 409) return ask("consent", decision);
        throw error;
      });
      keep(await said);
    },
    async withdraw() {
      const said = ask("withdraw", {}).catch((error: unknown) => {
        // A token of lost keys: who withdraws is not kept to a consent, and not asked again at once.
        if (status(error) === 401) return ask("withdraw", {}, "");
        throw error;
      });
      keep(await said);
    },
  };
}

/** What the gateway answered, if it did. */
export const status = (error: unknown): number => (error as Response).status;
