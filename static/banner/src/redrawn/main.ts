// Loaded where a page was drawn anew as a whole, by a framework that has all of `document`, and ours
// went with it: puts it back, as often as that happens.

import type { Make } from "../core";

offer((({ corner, parts }) => {
  const put = (): void => {
    if (corner.root.isConnected) return;
    document.documentElement.append(corner.root);
    parts.choosing?.stage.put();
    // A dialog that left the page is modal no more.
    document.querySelector<HTMLDialogElement>("#gw-preferences")?.close();
  };
  put();
  new MutationObserver(put).observe(document, { childList: true, subtree: true });
  return true;
}) satisfies Make<"redrawn">);
