// The second layer: what is in the modal dialog, one block a purpose.

import { status } from "../choosing/status";
import type { Core, Make } from "../core";
import { button, h } from "../dom";
import { signals } from "../signals";
import type { Choices, Standing } from "../standing";
import { style } from "../style";
import type { Told } from "../told";
import { dayOf } from "./day";
import { languages } from "./languages";
import css from "./preferences.css";
import { purpose } from "./purpose";

export interface Dialog {
  readonly root: HTMLDialogElement;
  /** Shows it in these words. What is ticked stays so. */
  speak(told: Told): void;
  ticked(): Choices;
}

/** Opens the second layer. `opener` gets the focus back, if it is an element. */
export type Preferences = (opener: unknown) => Promise<void>;

const preferences =
  (core: Core): Preferences =>
  async (opener) => {
    const [{ stage }, all] = await Promise.all([core.part("choosing"), core.told("all")]);
    const made = dialog(core, stage.closed);
    made.speak(all);
    // To make it and to lay it out together is a long task on a slow phone.
    await new Promise((go) => setTimeout(go));
    stage.open(made, all, opener instanceof Element ? opener : document.activeElement);
  };

/** `closed`: by the visitor, or because a choice stands. */
function dialog(core: Core, closed: () => void): Dialog {
  const root = h("dialog", { id: "gw-preferences", "aria-labelledby": "gw-title" });
  root.onclose = closed;
  const standing = core.choice.standing();
  const boxes = (): HTMLInputElement[] => [...root.querySelectorAll("input")];
  const idOf = ({ dataset }: HTMLInputElement): string => dataset["gwPurpose"] as string;
  const ticked = (): Choices => Object.fromEntries(boxes().map((box) => [idOf(box), box.checked]));
  return {
    root,
    ticked,
    speak(told) {
      const ticks = ticked();
      root.replaceChildren(...blocks(core, told, standing, () => root.close()));
      for (const box of boxes()) box.checked = ticks[idOf(box)] ?? box.checked;
    },
  };
}

function blocks(
  { settings, base, part }: Core,
  told: Told,
  standing: Standing,
  close: () => void,
): Node[] {
  const { words, purposes } = told;
  const say = (key: string): string => words[key] as string;
  const shut = h("button", { type: "button", class: "gw-button gw-plain" }, say("close"));
  shut.onclick = close;
  // What can be chosen comes first; what is always on cannot be and so comes last.
  const choosable = purposes.filter(({ id }) => settings.purposes[id]);
  const fixed = purposes.filter((one) => !choosable.includes(one));
  const on = (id: string): boolean => standing.state === "given" && !!standing.choices[id];
  return [
    h("div", { class: "gw-head" }, h("h2", { id: "gw-title" }, say("preferences")), shut),
    h(
      "div",
      { class: "gw-body" },
      languages(told, (wanted) => part("choosing").then(({ speak }) => speak(wanted))),
      h("p", {}, say("intro")),
      signals() ? h("p", {}, say("gpc")) : null,
      stands(told, base, standing),
      ...choosable.map((one) => purpose(words, one, on(one.id))),
      ...fixed.map((one) => purpose(words, one, null)),
      ...about(told),
    ),
    h(
      "div",
      { class: "gw-foot" },
      status(),
      h(
        "div",
        { class: "gw-buttons" },
        button(say("reject"), "reject"),
        button(say("accept"), "accept"),
        button(say("save"), "save"),
      ),
    ),
  ];
}

/** The choice that stands, until when (R17), its proof, and its withdrawal in one action (R19). */
function stands(told: Told, base: string, standing: Standing): HTMLElement | null {
  if (standing.state === "none") return null;
  const { words } = told;
  const { until } = standing;
  const since = Date.parse(standing.date ?? "") / 1000; // nobody has signed that of a refusal
  const text = words[since ? "stands_since" : "stands"] as string;
  const given = standing.state === "given";
  return h(
    "div",
    { class: "gw-stands" },
    h(
      "p",
      {},
      text
        .replace("{until}", dayOf(until, told))
        .replace("{date}", () => dayOf(since, told)),
      h("br"),
      given && standing.receipt
        ? away(`${base}receipts/${standing.receipt}`, words["receipt"] as string)
        : null,
    ),
    given ? button(words["withdraw"] as string, "withdraw") : null,
  );
}

/** In a window of its own: the page behind this one may hold what the visitor was writing. */
const away = (href: string, label: string): HTMLElement =>
  h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);

/** Who to turn to: every controller, and the authority for a complaint (R12). */
function about({ words, controllers = [], authority, privacy }: Told): HTMLElement[] {
  const [responsible, complaint, statement] = ["responsible", "complaint", "privacy"].map(
    (key) => words[key] as string,
  ) as [string, string, string];
  const { name = "", url = "" } = authority ?? {};
  return [
    h("h3", {}, responsible),
    ...controllers.map(({ name, address, contact }) =>
      h("p", { dir: "auto" }, h("b", {}, name), h("br"), address, h("br"), reach(contact)),
    ),
    h("p", {}, complaint, " ", h("a", { href: url }, name), "."),
    h("p", {}, h("a", { href: new URL(privacy, location.href).href }, statement)),
  ];
}

const reach = (text: string): Node | string =>
  /^[^\s@/]+@[^\s@/]+$/.test(text) ? h("a", { href: `mailto:${text}` }, text) : text;

style(css);
offer(preferences satisfies Make<"preferences">);
