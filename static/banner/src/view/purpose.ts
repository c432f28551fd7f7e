// One purpose on the second layer: a real checkbox where there is a choice, and who and how long.

import { h } from "../dom";
import type { DeclaredCookie, Purpose, Recipient } from "../settings";
import type { Words } from "../words";

/** Ticked only where the visitor did so before (R9). */
export function purpose(words: Words, { id, basis, ...what }: Purpose, on: boolean): HTMLElement {
  const { say } = words;
  const { name, description, reason } = words.of(what.texts);
  const described = `gw-about-${id}`;
  let head: HTMLElement;
  if (basis === "consent") {
    const box = h("input", {
      type: "checkbox",
      "data-gw-purpose": id,
      "aria-describedby": described,
    });
    box.checked = on;
    head = h("label", {}, box, h("b", {}, name));
  } else {
    head = h("p", { class: "gw-fixed" }, h("b", {}, name), h("span", {}, say("always_on")));
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
      recipients(words, what.recipients),
      cookies(words, what.cookies),
      h("p", {}, say("retention", { days: words.days(what.retention_days) })),
    ),
  );
}

function recipients({ say, country }: Words, all: readonly Recipient[]): HTMLElement {
  if (!all.length) return h("p", {}, say("no_recipients"));
  const rows = all.map((one) => [one.name, country(one.country)]);
  return table([say("recipient"), say("country")], rows);
}

function cookies({ say, of, days }: Words, all: readonly DeclaredCookie[]): HTMLElement {
  if (!all.length) return h("p", {}, say("no_cookies"));
  const rows = all.map((one) => [
    one.name,
    of(one.texts),
    one.lifetime_days ? days(one.lifetime_days) : say("session"),
  ]);
  return table([say("cookie"), say("cookie_use"), say("lifetime")], rows);
}

function table(heads: readonly string[], rows: readonly string[][]): HTMLElement {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell))))),
  );
}
