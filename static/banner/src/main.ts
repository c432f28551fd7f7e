// START HERE: puts the banner on a page. The gateway serves this file wrapped in a function that
// hands it the site's settings, the script it came by and how it may import; a page that pinned this
// very file gets its settings by a request, so that they can change and the code cannot.

import type { Acts } from "./choosing/main";
import { summaryOf } from "./choice";
import { type Core, begin } from "./core";
import type { Origin } from "./loading";
import type { Settings } from "./settings";
import { NONE } from "./standing";

declare const __GATEWAY__: Settings | undefined;
declare const __SCRIPT__: { readonly src: string } | null;
declare const __IMPORT__: Origin["load"];

const once = (name: string): Promise<unknown> =>
  new Promise((resolve) => document.addEventListener(name, resolve));

async function start(): Promise<Core> {
  // A module has no script of its own to ask.
  const { src } =
    __SCRIPT__ ?? (document.querySelector('script[src*="/banner."]') as HTMLScriptElement);
  const base = src.replace(/banner(\/\w+\/banner)?\.m?js.*/, ""); // also of a pinned one
  const settings: Settings = __GATEWAY__ ?? (await (await fetch(`${base}banner.json`)).json());
  // A page nobody looks at yet is left alone: a prerendered one may never be seen.
  if ((document as { prerendering?: boolean }).prerendering) await once("prerenderingchange");
  if (!document.body) await once("DOMContentLoaded");
  // A task of its own: with the reading of this file it would be a long one on a slow phone.
  await new Promise((go) => setTimeout(go));
  const core = begin(settings, { base, load: __IMPORT__ });
  await core.routed; // what is tracked earlier would be lost
  return core;
}

function offered(): object {
  let core: Core | undefined;
  const ready = start().then((begun) => (core = begun));

  /** What only the part that chooses can do. */
  const act =
    (name: keyof Acts) =>
    async (...args: unknown[]): Promise<unknown> => {
      const { choice, heed, part, parts } = await ready;
      // At once in this page, whatever the network does; then for good (R20).
      if ((name === "withdraw" || args[1] === "withdraw") && !parts.choosing?.busy()) {
        choice.hold();
        heed(true);
      }
      return ((await part("choosing"))[name] as (...args: unknown[]) => unknown)(...args);
    };
  const press = act("press");
  // Heard on the document, and first: pages add buttons, and may stop clicks halfway.
  document.addEventListener(
    "click",
    (event) => {
      // The way of the click goes into web components.
      const on = event
        .composedPath()
        .find((one) => (one as Element).matches?.("[data-gw-action]")) as HTMLElement | undefined;
      if (!on) return;
      event.preventDefault();
      press(on, on.dataset["gwAction"]).catch(() => {
        // Said in the layer itself; where that could not be fetched, the page without scripts does all.
        if (core && !core.parts.choosing) open(`${core.base}preferences`, "_blank", "noopener");
      });
    },
    true,
  );

  const acts = ["accept", "reject", "save", "withdraw", "open", "speak"] as const;
  return {
    ...Object.fromEntries(acts.map((name) => [name, act(name)])),
    ready: ready.then(({ choice }) => choice.summary()),
    get: () => core?.choice.summary() ?? summaryOf(NONE, {}),
    on(name: string, listener: (detail: unknown) => void) {
      const heard = (event: Event): void => listener((event as CustomEvent).detail);
      document.addEventListener(`gateway:${name}`, heard);
      return () => document.removeEventListener(`gateway:${name}`, heard);
    },
    track: (...event: [string]) => ready.then(({ visits }) => visits.track(...event)),
    missing: () => ready.then(({ visits }) => visits.missing()),
  };
}

// Two embeds on one page are one mistake, not two banners.
const page = window as { gateway?: { readonly missing?: unknown } };
if (!page.gateway?.missing) page.gateway = offered();
