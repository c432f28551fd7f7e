// The first layer: who, why, how to withdraw, and three buttons (R4-R8).

import { button, h } from "../dom";
import type { Told } from "../told";
import { status } from "./status";

/** Asks about the purposes `due`; `again` when a consent for others stands, and goes on (R18). */
export function first(
  { words, purposes, privacy }: Told,
  asked: number,
  due: readonly string[],
  again: boolean,
): HTMLElement {
  const say = (key: string): string => words[key] as string;
  const p = (...said: (Node | string)[]): HTMLElement => h("p", {}, ...said);
  const end = again ? "_again" : "";
  return h(
    "div",
    { class: "gw-bar" },
    h(
      "div",
      { class: "gw-text" },
      status(),
      h("p", { class: "gw-quiet" }, say("who")),
      p(say(again ? "again" : "why")),
      h(
        "ul",
        {},
        ...purposes
          .filter(({ id }) => due.includes(id))
          .map(({ name, description }) => h("li", {}, h("b", {}, name), `: ${description}`)),
      ),
      due.length < asked ? p(say("kept")) : null,
      p(say("change"), " ", h("a", { href: new URL(privacy, location.href).href }, say("privacy"))),
      words["siblings"] ? p(words["siblings"]) : null,
    ),
    h(
      "div",
      { class: "gw-buttons" },
      button(say(`reject${end}`), "reject"),
      button(say(`accept${end}`), "accept"),
      button(say("settings"), "settings", "gw-plain"),
    ),
  );
}
