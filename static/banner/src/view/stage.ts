// Which layer is on the page, where the focus goes, and what is said to the visitor.
// One layer at a time: every action has one button in the page, for people and for their helpers.

import { button, h } from "../dom";
import type { Content } from "../settings";
import type { Choices, Standing } from "../standing";
import type { Words } from "../words";
import { first } from "./first";
import { preferences } from "./preferences";
import { style } from "./style";

export interface Stage {
  /** The first layer, unasked. */
  ask(): void;
  /** The second layer; closing it is no choice and puts back what was there (R2). */
  open(standing: Standing, opener: Element | null): void;
  /** A choice stands: no layer, only the button to reopen. */
  settle(said?: string): void;
  /** A polite message in the layer that is shown. */
  say(text: string): void;
  busy(on: boolean): void;
  ticked(): Choices;
}

export function stage(words: Words, content: Content): Stage {
  const { root, again, announced } = mount(words);
  const bar = first(words, content);
  let asking = false;
  let dialog: HTMLDialogElement | null = null;

  const reserve = (): void => keepClear(dialog ? null : asking ? root : again, asking);
  const show = (): void => {
    const layer = dialog ?? (asking ? bar : null);
    root.replaceChildren(...(layer ? [layer] : []));
    root.hidden = !layer;
    root.className = layer === bar ? "gw-first" : "";
    again.hidden = !!layer;
    reserve();
  };
  new ResizeObserver(reserve).observe(root);

  return {
    ask() {
      asking = true;
      if (!dialog) show();
    },
    open(standing, opener) {
      if (dialog) return;
      dialog = preferences(words, content, standing);
      dialog.onclose = () => {
        dialog = null;
        show();
        ((opener?.isConnected ? opener : again) as HTMLElement).focus();
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
      if (!status) return;
      status.textContent = text;
      status.scrollIntoView({ block: "nearest" });
    },
    busy: (on) => root.setAttribute("aria-busy", String(on)),
    ticked: () => ticks(root),
  };
}

interface Mounted {
  readonly root: HTMLElement;
  readonly again: HTMLElement; // the reopen button
  readonly announced: HTMLElement;
}

function mount({ say, language: lang }: Words): Mounted {
  const label = say("preferences");
  const root = h("section", { id: "gw-banner", role: "region", "aria-label": label, lang });
  const again = button(label, "open");
  const announced = h("p", { role: "status" });
  const reopen = h("div", { id: "gw-reopen", lang }, again, announced);
  root.hidden = again.hidden = true;
  style();
  document.body.prepend(root); // the first thing a keyboard reaches
  const last = (): void => document.body.append(reopen);
  last();
  addEventListener("DOMContentLoaded", last); // a page still being parsed grows past it
  return { root, again, announced };
}

/** Room at the end of the page, so that everything can scroll clear of what floats there. */
function keepClear(floating: HTMLElement | null, always: boolean): void {
  const { style, scrollHeight } = document.documentElement;
  // The small button makes no page scroll that did not.
  const needed = floating && (always || scrollHeight > innerHeight);
  const room = needed ? `${floating.offsetHeight + 12}px` : "";
  style.paddingBlockEnd = style.scrollPaddingBlockEnd = room;
}

function ticks(root: HTMLElement): Choices {
  const boxes = [...root.querySelectorAll<HTMLInputElement>("[data-gw-purpose]")];
  return Object.fromEntries(boxes.map((box) => [box.dataset["gwPurpose"] ?? "", box.checked]));
}
