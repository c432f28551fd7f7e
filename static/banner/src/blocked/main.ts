// Loaded where a page holds something back.

import { blocked } from "../blocked";
import type { Make } from "../core";

offer((({ settings: { google, purposes }, choice, parts, part, told }) => {
  // What a Google tag may do is said before any tag starts, or none does.
  const ready = (): boolean => !google || !!parts.google;
  const { sync } = blocked(
    // Of a name that is no purpose here nothing is known: it may not be about consent at all.
    (id) => (id in purposes ? ready() && choice.allows(id) : undefined),
    () => ready() && choice.standing().state !== "none",
    async (held, ids, once) => {
      const [standIn, words] = await Promise.all([part("placeholder"), told("held")]);
      const yes = Object.fromEntries(ids.map((id) => [id, true]));
      const always = (): unknown =>
        part("choosing")
          // These purposes always, and of a consent that stands the others as they are.
          .then(({ decide }) =>
            decide("save", "placeholder", yes, choice.standing().state === "given" ? ids : undefined),
          )
          .catch(() => {}); // said in the corner
      return standIn(words, held, ids, once, always);
    },
    (tag) => !!google?.advanced && !!parts.google && tag.hasAttribute("data-consent-mode"),
  );
  const whenReady = (): void => {
    // In basic mode no tag runs without a yes: nobody to tell, and nothing to load for it.
    const yes = Object.values(choice.summary().choices).includes(true);
    if (ready() || !(google?.advanced || yes)) sync();
    else part("google").then(sync, sync);
  };
  whenReady();
  return { sync: whenReady };
}) satisfies Make<"blocked">);
