// What a held-back element would load, and how that is begun and ended.

import { trusted } from "../trusted";

/** Which attribute of which node gets which value. */
export type Part = readonly [node: Element, name: string, value: string];

// `src` last: what is set before it is there when loading begins.
const NAMES = ["srcset", "poster", "href", "data", "cookieblock-src", "src"];
export const WAITING = NAMES.map((name) => `data-${name}`);

/** A page that takes in what others wrote may hold a frame that is a script in disguise. An empty
 *  address would be the page's own. */
export function isPage(address: string | null): address is string {
  const link = document.createElement("a");
  link.href = address ?? "";
  return !!address && /^http/.test(link.protocol);
}

/** A film may name its sources inside. */
export const partsOf = (element: Element): Part[] =>
  [element, ...element.querySelectorAll("source,track")].flatMap((node) =>
    NAMES.flatMap((name): Part[] => {
      const value = node.getAttribute(`data-${name}`);
      return isPage(value) ? [[node, name.replace("cookieblock-", ""), value]] : [];
    }),
  );

export const loads = ([node, name, value]: Part): boolean => node.getAttribute(name) === value;

export function begin(element: Element, parts: readonly Part[]): void {
  for (const [node, name, value] of parts) {
    // To Trusted Types the address of a plug-in is that of a script.
    const plugs = /^(embed|object)$/i.test(node.tagName);
    node.setAttribute(name, plugs ? trusted.createScriptURL(value) : value);
  }
  again(element);
}

export function end(element: Element, parts: readonly Part[]): void {
  const { parentNode, nextSibling } = element;
  // Chromium keeps a frame's page when `src` goes; taking the frame out of the page ends it.
  element.remove();
  for (const [node, name] of parts) node.removeAttribute(name);
  parentNode?.insertBefore(element, nextSibling);
  again(element);
}

/** A player goes on with what it has until it is told to look again. */
const again = (element: Element): void => element.closest<HTMLMediaElement>("video,audio")?.load();
