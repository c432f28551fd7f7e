// What stands in the place of a held-back frame.

import { button, h } from "../dom";
import type { Content } from "../settings";
import type { Words } from "../words";

export function standIn(
  words: Words,
  content: Content,
  purposes: readonly string[],
  title: string,
): HTMLElement {
  const names = content.purposes
    .filter(({ id }) => purposes.includes(id))
    .map(({ texts }) => words.of(texts).name);
  return h(
    "div",
    { class: "gw-blocked", lang: words.language },
    title ? h("b", {}, title) : null,
    h("p", {}, words.say("blocked", { purposes: words.list(names.length ? names : purposes) })),
    button(words.say("preferences"), "open", "gw-plain"),
  );
}
