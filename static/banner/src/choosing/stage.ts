// Which layer is on the page, and where the focus goes.
// One layer at a time: every action has one button in the page, for people and for their helpers.

import type { Core } from "../core";
import { h } from "../dom";
import { direction } from "../language";
import type { Part } from "../loading";
import { keepClear } from "../room";
import type { Choices } from "../standing";
import type { Told } from "../told";
import { first } from "./first";

export interface Stage {
  shows(): boolean;
  /** The first layer, unasked, about the purposes `due`. */
  ask(told: Told, due: readonly string[], again: boolean): void;
  /** The second layer; closing it is no choice and puts back what was there (R2). */
  open(opener: Element | null): Promise<void>;
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
  const dialog = h("dialog", { id: "gw-preferences", "aria-labelledby": "gw-title" });
  let bar: HTMLElement | null = null;
  let asking: readonly [due: readonly string[], again: boolean] | null = null;
  let opened: ((told: Told) => Node[]) | null = null;
  let opener: Element | null = null;
  const said = h("p", { id: "gw-said", role: "status" });
  root.hidden = true;
  document.body.prepend(root); // the first thing a keyboard reaches
  document.body.append(said);

  const reserve = (): void => {
    if (bar && !opened) keepClear(root, true);
  };
  new ResizeObserver(reserve).observe(root);
  const show = (): void => {
    const layer = opened ? dialog : bar;
    if (layer?.parentNode !== root) root.replaceChildren(...(layer ? [layer] : []));
    root.hidden = !layer;
    root.className = bar && !opened ? `gw-first gw-${settings.layout ?? "bottom"}` : "";
    corner.show(!layer, choice.standing().state === "given");
    reserve();
  };

  const speak = (told: Told): void => {
    const { language, words } = told;
    const [lang, dir, ariaLabel] = [language, direction(language), words["preferences"]];
    Object.assign(root, { lang, dir, ariaLabel });
    if (asking) {
      bar?.remove();
      bar = first(told, asked, ...asking);
      show();
    }
    // A question that comes late brings fewer words than the second layer has.
    if (opened && told.controllers) {
      const ticks = ticked();
      dialog.replaceChildren(...opened(told));
      for (const box of boxes()) box.checked = ticks[box.dataset["gwPurpose"] as string] ?? box.checked;
    }
  };
  const boxes = (): HTMLInputElement[] => [
    ...root.querySelectorAll<HTMLInputElement>("[data-gw-purpose]"),
  ];
  const ticked = (): Choices =>
    Object.fromEntries(boxes().map((box) => [box.dataset["gwPurpose"] as string, box.checked]));

  dialog.onclose = () => {
    opened = null;
    show();
    refocus();
  };
  /** Where the visitor was; else to what is there instead of where they were. */
  const refocus = (): void => {
    const next = opener?.isConnected ? opener : bar ? bar.querySelector("button:last-child") : corner.reopen;
    (next as HTMLElement).focus({ preventScroll: true });
  };

  return {
    shows: () => !root.hidden,
    part: () => (opened || asking?.[1] ? "all" : "first"),
    speak,
    ask(told, due, again) {
      asking = [due, again];
      speak(told);
    },
    async open(from) {
      if (opened) return;
      const [preferences, all] = await Promise.all([core.part("preferences"), core.told("all")]);
      opener = from;
      opened = (told) => preferences(told, choice.standing(), () => dialog.close());
      speak(all);
      show();
      dialog.showModal();
    },
    settle() {
      const focused = root.contains(document.activeElement);
      asking = bar = null;
      if (opened) dialog.close();
      else {
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
    ticked,
  };
}
