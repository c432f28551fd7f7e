// On the page a visitor leaves: a link to a sibling site takes their choice along.

import type { Core } from "../core";
import type { Given } from "../standing";
import { type Siblings, join } from "./fragment";

export function watch({ gate, choice }: Core, siblings: Siblings): void {
  /** By what was asked for: a code from before the choice changed is found no more (R20). */
  const codes: Record<string, string | undefined> = {};

  /** Ahead of the click, for that cannot wait: without a code the link works as always. */
  const fetched = async (key: string, said: object): Promise<void> => {
    const keep = (code?: string): unknown => (codes[key] = code);
    keep("");
    try {
      const { code, expires_in } = await (await gate("handover", {}, said)).json();
      keep(code);
      // In ms and a tenth less, for the way there takes time too.
      setTimeout(keep, expires_in * 900);
    } catch {
      keep();
    }
  };

  const heard = (event: Event): void => {
    // Not the target: that of a link inside a component is the component.
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    const to = link?.origin !== location.origin && siblings[link?.origin as string];
    const { token, until } = choice.standing() as Given;
    if (!link || !to || !until) return;
    const said = { to, token, refused: token ? undefined : { until } };
    const key = JSON.stringify(said);
    const code = codes[key];
    const { type, button } = event as MouseEvent;
    if (!/k$/.test(type)) {
      if (code === undefined) void fetched(key, said);
    } else if (code && button < 2) {
      // Not by the right button: it opens a menu, from which addresses are copied.
      codes[key] = undefined; // it works once
      const { referrerPolicy } = link;
      const href = link.getAttribute("href") as string;
      link.hash = join(code, link.hash);
      // The other page takes a code from a sibling only, and knows it by its origin.
      link.referrerPolicy = "origin";
      setTimeout(() => Object.assign(link, { href, referrerPolicy }));
    }
  };
  for (const type of ["pointerdown", "focusin", "click", "auxclick"]) {
    document.addEventListener(type, heard, true);
  }
}
