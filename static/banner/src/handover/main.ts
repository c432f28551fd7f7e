import type { Make } from "../core";
import { redeem } from "./arrival";
import type { Siblings } from "./fragment";
import { watch } from "./links";

export interface Handover {
  /** Takes over the choice this page was reached with, if any. */
  redeem(language: string): Promise<void>;
}

/** Only a site with siblings fetches this. */
offer(((core) => {
  const siblings = core.settings.siblings as Siblings;
  watch(core, siblings);
  return { redeem: (language) => redeem(core, siblings, language) };
}) satisfies Make<"handover">);
