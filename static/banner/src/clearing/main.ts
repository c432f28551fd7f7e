// Loaded when there may be something to take away: after a no, and where this browser holds anything
// while not everything is allowed.

import type { Make } from "../core";
import { clear } from "./clearing";

export interface Clearing {
  /** Takes away what purposes that are not allowed have left in this browser. */
  clear(): Promise<void>;
}

offer((({ choice, told }) => ({
  async clear() {
    const { purposes } = await told("first");
    const declared = (may: boolean) =>
      purposes.filter(({ id }) => choice.allows(id) === may).flatMap(({ cookies = [] }) => cookies);
    clear(declared(false), declared(true));
  },
})) satisfies Make<"clearing">);
