// One purpose: a real checkbox where there is a choice, and who and how long.

import { h } from "../dom";
import type { Purpose, Told } from "../told";

type Words = Told["words"];

/** `on`: ticked only where the visitor did so before (R9); null where there is no choice. */
export function purpose(words: Words, what: Purpose, on: boolean | null): HTMLElement {
  const { id, name, description = "", reason, retention = "" } = what;
  const say = (key: string): string => words[key] as string;
  const described = `gw-about-${id}`;
  let head: HTMLElement;
  if (on === null) {
    head = h("p", { class: "gw-fixed" }, h("b", {}, name), h("span", {}, say("always_on")));
  } else {
    const box = h("input", {
      type: "checkbox",
      "data-gw-purpose": id,
      "aria-describedby": described,
    });
    box.checked = on;
    head = h("label", {}, box, h("b", {}, name));
  }
  return h(
    "div",
    { class: "gw-purpose" },
    head,
    h("p", { id: described }, description, reason ? ` ${reason}` : null),
    h(
      "details",
      {},
      h("summary", {}, say("who_how_long")),
      given(words, what),
      kept(words, what),
      h("p", {}, retention),
    ),
  );
}

function given(words: Words, { recipients = [] }: Purpose): HTMLElement {
  return recipients.length
    ? table([words["recipient"], words["country"]], recipients)
    : h("p", {}, words["no_recipients"] as string);
}

function kept(words: Words, { cookies = [] }: Purpose): HTMLElement {
  const rows = cookies.map(({ name, use, days }) => [name, use, days ?? words["session"]]);
  return rows.length
    ? table([words["cookie"], words["cookie_use"], words["lifetime"]], rows)
    : h("p", {}, words["no_cookies"] as string);
}

type Row = readonly (string | undefined)[];

function table(heads: Row, rows: readonly Row[]): HTMLElement {
  const cells = (tag: "th" | "td", row: Row, attributes = {}): HTMLElement =>
    h("tr", {}, ...row.map((text = "") => h(tag, attributes, text)));
  return h(
    "table",
    {},
    h("thead", {}, cells("th", heads, { scope: "col" })),
    h("tbody", {}, ...rows.map((row) => cells("td", row))),
  );
}
