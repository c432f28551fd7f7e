// What may change while a page stands: the choice in another window, or on another device.

import type { Make } from "../core";

export type Watch = () => void;

offer((({ choice, gate, parts, part, clear, follow }) => {
  /** Acts on what another window changed; true when there was something. */
  const look = (): boolean => {
    const differs = !parts.choosing?.busy() && choice.differs();
    if (differs) {
      choice.take(choice.read(), true);
      follow().catch(() => {});
      // What the other window could not reach: a tab has a session storage of its own.
      clear(true);
    }
    return differs;
  };
  /** Heeds a withdrawal made elsewhere, by the receipt's code. */
  const ask = async (): Promise<void> => {
    const standing = choice.standing();
    if (standing.state !== "given") return;
    const headers = { Authorization: `Consent ${standing.token}` };
    const { state } = await (await gate("consent", { headers })).json();
    // Also "given" is possible: with less in it, or only just changed.
    const ended = /^(withdrawn|expired|none)$/.test(state);
    if (ended && choice.standing() === standing && !look()) {
      await (await part("choosing")).withdraw();
    }
  };
  return () => {
    if (!look()) ask().catch(() => {});
  };
}) satisfies Make<"watch">);
