// Which layer is on the page, and where the focus goes.
// One layer at a time: every action has one button in the page, for people and for their helpers.

import type { Core } from "../core";
import { h } from "../dom";
import { direction } from "../language";
import type { Part } from "../loading";
import type { Dialog } from "../preferences/main";
import { keepClear } from "../room";
import type { Choices } from "../standing";
import type { Told } from "../told";
import { first } from "./first";

export interface Stage {
  /** Puts everything on the page. */
  put(): void;
  /** The first layer, unasked, about the purposes `due`. */
  ask(told: Told, due: readonly string[], again: boolean): void;
  /** The second layer, unless it is open; closing it is no choice and puts back what was there (R2). */
  open(dialog: Dialog, told: Told, opener: Element | null): void;
  closed(): void;
  /** A choice stands: no layer any more. */
  settle(): void;
  /** What the layers need to be shown in another language. */
  part(): Part;
  speak(told: Told): void;
  /** A polite message in the layer that is shown. Where there is none it is heard, and seen too when
   *  something is wrong. */
  say(text: string, wrong: boolean): void;
  busy(on: boolean): void;
  ticked(): Choices;
}

export function stageOf(core: Core): Stage {
  const { settings, choice, corner } = core;
  const asked = Object.values(settings.purposes).filter(Boolean).length;
  const root = h("section", { id: "gw-banner", role: "region" });
  let bar: HTMLElement | null = null;
  let asking: readonly [due: readonly string[], again: boolean] | null = null;
  let opened: Dialog | null = null;
  let opener: Element | null = null;
  const said = h("p", { id: "gw-said", role: "status" });
  root.hidden = true;
  // Beside the body, as the corner is; and the first thing a keyboard reaches.
  const put = (): void => {
    document.body.before(root);
    document.documentElement.append(said);
  };
  put();
  keepClear(root, true);
  const show = (): void => {
    const layer = opened?.root ?? bar;
    if (layer?.parentNode !== root) root.replaceChildren(...(layer ? [layer] : []));
    root.hidden = !layer;
    root.className = bar && !opened ? `gw-first gw-${settings.layout}` : "";
    // The small buttons take room of their own, where they are seen.
    const room = { paddingBlockEnd: "", scrollPaddingBlockEnd: "" };
    if (!layer) Object.assign(document.documentElement.style, room);
    corner.show(!layer, choice.standing().state === "given");
  };

  const label = ({ language: lang, words }: Told): void => {
    for (const one of [root, said]) Object.assign(one, { lang, dir: direction(lang) });
    root.ariaLabel = words["preferences"] as string;
  };
  const speak = (told: Told): void => {
    label(told);
    if (asking) {
      bar?.remove();
      bar = first(told, asked, ...asking);
      show();
    }
    // A question that comes late brings fewer words than the second layer has.
    if (told.controllers) opened?.speak(told);
  };
  const closed = (): void => {
    if (!opened) return; // by a choice, before its own event told
    opened = null;
    show();
    refocus();
  };
  /** Where the visitor was; else to what is there instead of where they were. */
  const refocus = (): void => {
    // The corner is not shown where the page has buttons of its own; some of those may be folded away.
    const own = document.querySelectorAll("[data-gw-action=open]:not(.gw-blocked *)");
    const next = [opener, bar?.querySelector("button:last-child"), corner.reopen, ...own];
    const seen = next.find((one) => one?.getClientRects()[0]) as HTMLElement | undefined;
    seen?.focus({ preventScroll: true });
  };

  return {
    put,
    part: () => (opened || asking?.[1] ? "all" : "first"),
    speak,
    ask(told, due, again) {
      asking = [due, again];
      speak(told);
    },
    open(dialog, told, from) {
      if (opened) return;
      opener = from;
      opened = dialog;
      label(told);
      show();
      dialog.root.showModal();
    },
    closed,
    settle() {
      const focused = document.activeElement?.closest("#gw-banner,#gw-reopen");
      asking = bar = null;
      if (opened) {
        opened.root.close();
        closed();
      } else {
        opener = null;
        show();
        if (focused) refocus();
      }
    },
    say(text, wrong) {
      const status = root.querySelector(".gw-status");
      (status ?? said).textContent = text;
      said.className = wrong ? "gw-wrong" : "";
      status?.scrollIntoView({ block: "nearest" });
    },
    busy: (on) => root.setAttribute("aria-busy", String(on)),
    ticked: () => opened?.ticked() ?? {},
  };
}
