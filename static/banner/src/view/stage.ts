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
  /** The first layer, unasked, about the purposes `due`. */
  ask(due: readonly string[], again: boolean): void;
  /** The second layer; closing it is no choice and puts back what was there (R2). */
  open(standing: Standing, opener: Element | null): void;
  /** A choice stands: no layer, only the buttons to reopen and, while it is a yes, to withdraw. */
  settle(given: boolean, said?: string): void;
  /** A polite message in the layer that is shown. */
  say(text: string): void;
  busy(on: boolean): void;
  ticked(): Choices;
}

export function stage(words: Words, content: Content, base: string): Stage {
  const { root, reopen, undo, announced } = mount(words);
  let given = false;
  let bar: HTMLElement | null = null;
  let dialog: HTMLDialogElement | null = null;

  const reserve = (): void => keepClear(dialog ? null : bar ? root : reopen.parentElement, !!bar);
  const show = (): void => {
    const layer = dialog ?? bar;
    root.replaceChildren(...(layer ? [layer] : []));
    root.hidden = !layer;
    root.className = bar && !dialog ? "gw-first" : "";
    reopen.hidden = !!layer;
    undo.hidden = !!layer || !given; // withdrawing takes no more actions than giving (R19)
    reserve();
  };
  new ResizeObserver(reserve).observe(root);

  return {
    ask(due, again) {
      bar = first(words, content, due, again);
      if (!dialog) show();
    },
    open(standing, opener) {
      if (dialog) return;
      dialog = preferences(words, content, base, standing);
      dialog.onclose = () => {
        dialog = null;
        show();
        ((opener?.isConnected ? opener : reopen) as HTMLElement).focus();
      };
      show();
      dialog.showModal();
    },
    settle(stands, said = "") {
      given = stands;
      bar = null;
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
  readonly reopen: HTMLElement;
  readonly undo: HTMLElement;
  readonly announced: HTMLElement;
}

function mount({ say, language: lang }: Words): Mounted {
  const label = say("preferences");
  const root = h("section", { id: "gw-banner", role: "region", "aria-label": label, lang });
  const reopen = button(label, "open");
  const undo = button(say("withdraw"), "withdraw");
  const announced = h("p", { role: "status" });
  const corner = h("div", { id: "gw-reopen", lang }, reopen, undo, announced);
  root.hidden = reopen.hidden = undo.hidden = true;
  style();
  document.body.prepend(root); // the first thing a keyboard reaches
  const last = (): void => document.body.append(corner);
  last();
  addEventListener("DOMContentLoaded", last); // a page still being parsed grows past it
  return { root, reopen, undo, announced };
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
