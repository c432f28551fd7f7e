// A held-back script, started as the page wrote it.

import { trusted } from "../trusted";
import { isPage } from "./content";

/** Settles when the next one may start. Throws where the page's own policy forbids it. */
export function execute(held: HTMLScriptElement, tried: WeakSet<Element>): Promise<unknown> | void {
  const { src, cookieblockSrc, type = "" } = held.dataset;
  const address = src ?? cookieblockSrc ?? held.getAttribute("src");
  if (address !== null && !isPage(address)) return;
  // A copy keeps its attributes without a question from Trusted Types.
  const script = held.cloneNode() as HTMLScriptElement;
  tried.add(script);
  script.type = type;
  script.nonce = held.nonce; // hidden from attributes by the browser
  script.async = held.hasAttribute("async");
  if (address) script.src = trusted.createScriptURL(address);
  else script.text = trusted.createScript(held.text);
  return new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    held.replaceWith(script);
    if (!address || script.async) resolve(0);
  });
}
