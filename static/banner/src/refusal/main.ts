// The refusal that a browser says for its owner, by Global Privacy Control (R29). Recorded as that,
// and no question is asked.

import type { Make } from "../core";

export type Refusal = () => Promise<void>;

offer((({ settings: { purposes }, part, told, heed }) => async () => {
  const [{ record }, { notice, language }] = await Promise.all([part("choosing"), told("first")]);
  const asked = Object.keys(purposes).filter((id) => purposes[id]);
  const choices = Object.fromEntries(asked.map((id) => [id, false]));
  const said = { notice, language, choices, action: "reject", layer: "page" } as const;
  await record.decide({ ...said, signal: "gpc" });
  heed();
}) satisfies Make<"refusal">);
