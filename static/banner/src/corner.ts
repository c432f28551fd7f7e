// The small buttons on every page: reopen the choice, and while it is a yes withdraw it (R19).

import { button, h } from "./dom";
import { direction } from "./language";
import { keepClear } from "./room";
import type { Told } from "./told";

export interface Corner {
  readonly root: HTMLElement;
  /** Where the focus goes when a layer that held it has gone. */
  readonly reopen: HTMLElement;
  /** With `open` false: none of them. */
  show(open: boolean, given: boolean): void;
  speak(told: Told): void;
}

export function cornerOf(): Corner {
  const reopen = button("", "open");
  const undo = button("", "withdraw");
  const root = h("div", { id: "gw-reopen" }, reopen, undo);
  reopen.hidden = undo.hidden = true;
  // Beside the body: one that is filled anew leaves it, and one that is moved does not take it along.
  document.documentElement.append(root);
  keepClear(root);
  return {
    root,
    reopen,
    show(open, given) {
      reopen.hidden = !open;
      undo.hidden = !open || !given; // as few actions as giving took (R19)
    },
    speak({ language, words }) {
      root.lang = language;
      root.dir = direction(language);
      reopen.textContent = words["preferences"] as string;
      undo.textContent = words["withdraw"] as string;
    },
  };
}
