// Which layer is on the page, where the focus goes, and what is said to the visitor.
// One layer at a time: every action has one button in the page, for people and for their helpers.

import { button, h } from "../dom";
import type { Content } from "../settings";
import type { Choices, Standing } from "../standing";
import type { Words } from "../words";
import { first } from "./first";
import { preferences } from "./preferences";
import css from "./style.css";

export interface Stage {
  /** The first layer, unasked. */
  ask(): void;
  /** The second layer; closing it is no choice and puts back what was there (R2). */
  open(standing: Standing): void;
  /** A choice stands: no layer, only the button to reopen. */
  settle(said?: string): void;
  /** A polite message in the layer that is shown. */
  say(text: string): void;
  busy(on: boolean): void;
  ticked(): Choices;
}

export function stage(words: Words, content: Content): Stage {
  const label = words.say("preferences");
  const lang = words.language;
  const root = h("section", { id: "gw-banner", role: "region", "aria-label": label, lang });
  const again = button(label, "open");
  const announced = h("p", { role: "status" });
  const reopen = h("div", { id: "gw-reopen", lang }, again, announced);
  const bar = first(words, content);
  let asking = false;
  let dialog: HTMLDialogElement | null = null;

  const show = (): void => {
    const layer = dialog ?? (asking ? bar : null);
    root.replaceChildren(...(layer ? [layer] : []));
    root.hidden = !layer;
    root.className = layer === bar ? "gw-first" : "";
    again.hidden = !!layer;
    reserve();
  };

  // The bar and the button float: room at the end of the page lets everything scroll clear of them.
  const reserve = (): void => {
    const page = document.documentElement;
    const floating = root.className ? root : again;
    const scrolls = page.scrollHeight > innerHeight;
    const room = dialog || (floating === again && !scrolls) ? "" : `${floating.offsetHeight + 12}px`;
    page.style.paddingBlockEnd = page.style.scrollPaddingBlockEnd = room;
  };

  style();
  root.hidden = again.hidden = true;
  document.body.prepend(root); // first in the tab order, as it is first in importance
  document.body.append(reopen);
  new ResizeObserver(reserve).observe(root);

  return {
    ask() {
      asking = true;
      if (!dialog) show();
    },
    open(standing) {
      if (dialog) return;
      const opener = document.activeElement as HTMLElement | null;
      dialog = preferences(words, content, standing);
      dialog.onclose = () => {
        dialog = null;
        show();
        const back = opener?.isConnected && opener !== document.body ? opener : again;
        back.focus();
      };
      show();
      dialog.showModal();
    },
    settle(said = "") {
      asking = false;
      if (dialog) dialog.close();
      else show();
      announced.textContent = said;
    },
    say(text) {
      const status = root.querySelector(".gw-status");
      if (status) status.textContent = text;
    },
    busy(on) {
      root.ariaBusy = String(on);
    },
    ticked: () =>
      Object.fromEntries(
        [...root.querySelectorAll<HTMLInputElement>("[data-gw-purpose]")].map((box) => [
          box.dataset["gwPurpose"] as string,
          box.checked,
        ]),
      ),
  };
}

/** A constructed sheet needs no permission from a page's style-src. */
function style(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
