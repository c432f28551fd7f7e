// The second layer: a modal dialog with one block per purpose.

import { button, h, status } from "../dom";
import { type Content, asked } from "../settings";
import { signals } from "../signals";
import { type Standing, allows } from "../standing";
import type { Words } from "../words";
import { privacyLink } from "./first";
import { purpose } from "./purpose";

export function preferences(
  words: Words,
  content: Content,
  base: string,
  standing: Standing,
): HTMLDialogElement {
  const { say } = words;
  const close = h("button", { type: "button", class: "gw-button gw-plain" }, say("close"));
  // What can be chosen comes first; what is always on cannot be and so comes last.
  const choosable = asked(content);
  const fixed = content.purposes.filter((one) => !choosable.includes(one));
  const dialog = h(
    "dialog",
    { id: "gw-preferences", "aria-labelledby": "gw-title" },
    h("div", { class: "gw-head" }, h("h2", { id: "gw-title" }, say("preferences")), close),
    h(
      "div",
      { class: "gw-body" },
      h("p", {}, say("intro")),
      signals() ? h("p", {}, say("gpc")) : null,
      stands(words, base, standing),
      ...[...choosable, ...fixed].map((one) => purpose(words, one, allows(standing, one.id))),
      ...about(words, content),
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
  );
  close.onclick = () => dialog.close();
  return dialog;
}

/** The choice that stands, until when (R17), its proof, and its withdrawal in one action (R19). */
function stands({ say, day }: Words, base: string, standing: Standing): HTMLElement | null {
  if (standing.state === "none") return null;
  const until = day(standing.until);
  const date = standing.date && day(Date.parse(standing.date) / 1000);
  return h(
    "div",
    { class: "gw-stands" },
    h(
      "p",
      {},
      date ? say("stands_since", { date, until }) : say("stands", { until }),
      h("br"),
      standing.state === "given" ? proof(say("receipt"), base, standing.receipt) : null,
    ),
    standing.state === "given" ? button(say("withdraw"), "withdraw") : null,
  );
}

/** In a window of its own: the page behind this one may hold what the visitor was writing. */
const proof = (label: string, base: string, code: string): HTMLElement | null =>
  code
    ? h(
        "a",
        { href: `${base}receipts/${code}`, target: "_blank", rel: "noopener noreferrer" },
        label,
      )
    : null;

/** Who to turn to: every controller, and the authority for a complaint (R12). */
function about(words: Words, content: Content): HTMLElement[] {
  const { say } = words;
  const { name, url } = content.authority;
  return [
    h("h3", {}, say("responsible")),
    ...content.controllers.map((one) =>
      h("p", {}, h("b", {}, one.name), h("br"), one.address, h("br"), contact(one.contact)),
    ),
    h("p", {}, say("complaint"), " ", h("a", { href: url }, name), "."),
    h("p", {}, privacyLink(words, content)),
  ];
}

const contact = (text: string): Node | string =>
  /^[^\s@/]+@[^\s@/]+$/.test(text) ? h("a", { href: `mailto:${text}` }, text) : text;
