// The first layer: who, why, how to withdraw, and three buttons (R4-R8).

import { button, h, status } from "../dom";
import { type Content, asked } from "../settings";
import type { Words } from "../words";

/** Asks about the purposes `due`; `again` when a consent for others stands, and goes on (R18). */
export function first(
  words: Words,
  content: Content,
  due: readonly string[],
  again: boolean,
): HTMLElement {
  const { say } = words;
  const all = asked(content);
  const controllers = words.list(content.controllers.map(({ name }) => name));
  const asking = all.filter(({ id }) => due.includes(id));
  const purposes = asking.map(({ texts }) => {
    const { name, description } = words.of(texts);
    return h("li", {}, h("b", {}, name), `: ${description}`);
  });
  return h(
    "div",
    { class: "gw-bar" },
    h(
      "div",
      { class: "gw-text" },
      status(),
      h("p", { class: "gw-quiet" }, say("who", { controllers })),
      h("p", {}, say(again ? "again" : "why")),
      h("ul", {}, ...purposes),
      asking.length < all.length ? h("p", {}, say("kept")) : null,
      h("p", {}, say("change", { open: say("preferences") }), " ", privacyLink(words, content)),
    ),
    h(
      "div",
      { class: "gw-buttons" },
      button(say(again ? "reject_again" : "reject"), "reject"),
      button(say(again ? "accept_again" : "accept"), "accept"),
      button(say("settings"), "settings", "gw-plain"),
    ),
  );
}

export const privacyLink = (words: Words, content: Content): HTMLElement =>
  h("a", { href: content.privacy_url }, words.say("privacy"));
