// On the page a visitor arrives at, where no choice stands yet: that of the sibling is taken over.

import type { Core } from "../core";
import type { Given } from "../standing";
import { type Siblings, arrived } from "./fragment";

/** Changes nothing, and mostly fails, where there is nothing to take over: no referrer, no network,
 *  a code that was used or is too old. */
export async function redeem(
  { gate, choice }: Core,
  siblings: Siblings,
  language: string,
): Promise<void> {
  const code = arrived();
  // What was chosen here wins. And anybody can make a code for a choice of their own and put it in
  // a link: only a sibling's own page is believed to bring this visitor's (R2).
  if (!code || (choice.standing() as Given).until) return;
  if (!siblings[new URL(document.referrer).origin]) return;
  const { state, cookies } = await (await gate("handover/redeem", {}, { code, language })).json();
  // The server's own cookie lasts longer than one written here, and nothing stood before.
  if (choice.read().state !== state) for (const one of cookies) document.cookie = one;
  // Where the browser takes no cookie nothing stands: a choice of one page is not worth it.
  choice.take(choice.read(), true);
}
