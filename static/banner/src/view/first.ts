// The first layer: who, why, how to withdraw, and three buttons (R4-R8).

import { button, h, status } from "../dom";
import { type Content, asked } from "../settings";
import type { Words } from "../words";

export function first(words: Words, content: Content): HTMLElement {
  const { say } = words;
  const controllers = words.list(content.controllers.map(({ name }) => name));
  const purposes = asked(content).map(({ texts }) => {
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
      h("p", {}, say("why")),
      h("ul", {}, ...purposes),
      h("p", {}, say("change", { open: say("preferences") }), " ", privacyLink(words, content)),
    ),
    h(
      "div",
      { class: "gw-buttons" },
      button(say("reject"), "reject"),
      button(say("accept"), "accept"),
      button(say("settings"), "settings", "gw-plain"),
    ),
  );
}

export const privacyLink = (words: Words, content: Content): HTMLElement =>
  h("a", { href: content.privacy_url }, words.say("privacy"));
