// Scripts and frames of other parties, held back until every purpose they name is allowed.

export type Allows = (purpose: string) => boolean;

export interface Blocked {
  /** Releases what is allowed, takes back what no longer is. */
  sync(): void;
}

/** A page that takes in what others wrote may hold a frame that is a script in disguise. */
const isPage = (frame: HTMLIFrameElement): boolean => {
  const link = document.createElement("a");
  link.href = frame.dataset["src"] as string;
  return /^https?:$/.test(link.protocol);
};

const purposesOf = (element: HTMLElement): string[] =>
  (element.dataset["consent"] ?? "").split(/\s+/).filter(Boolean);

export function blocked(
  allows: Allows,
  placeholder: (purposes: readonly string[], title: string) => HTMLElement,
): Blocked {
  const stands = new WeakMap<HTMLIFrameElement, HTMLElement>();
  let releasing = false;

  const allowed = (element: HTMLElement): boolean => {
    const purposes = purposesOf(element);
    return purposes.length > 0 && purposes.every(allows);
  };

  // One at a time and asked anew each time: order is kept, and a withdrawal halfway stops the rest.
  const scripts = async (): Promise<void> => {
    if (releasing) return;
    releasing = true;
    for (let next = waiting(); next; next = waiting()) await execute(next);
    releasing = false;
  };
  const waiting = (): HTMLScriptElement | undefined =>
    select<HTMLScriptElement>('script[type="text/plain"][data-consent]').find(allowed);

  const frames = (): void => {
    for (const frame of select<HTMLIFrameElement>("iframe[data-consent][data-src]")) {
      const stand = stands.get(frame);
      if (allowed(frame) && isPage(frame)) {
        if (frame.hasAttribute("src")) continue;
        stand?.remove();
        stands.delete(frame);
        frame.hidden = false;
        frame.src = frame.dataset["src"] as string;
      } else if (frame.hasAttribute("src")) {
        stand?.remove();
        replace(frame); // withdrawn: now, whatever else the page is doing
      } else if (!stand?.isConnected) {
        // In the frame's own size, which is known once the page's styles have arrived.
        requestAnimationFrame(() => {
          if (!frame.hasAttribute("src") && !stands.get(frame)?.isConnected) replace(frame);
        });
      }
    }
  };

  const replace = (frame: HTMLIFrameElement): void => {
    const { width, height } = frame.getBoundingClientRect();
    const shown = placeholder(purposesOf(frame), frame.title);
    shown.style.minBlockSize = `${height}px`;
    shown.style.maxInlineSize = `min(100%, max(${width}px, 18em))`;
    unload(frame);
    frame.before(shown);
    stands.set(frame, shown);
  };

  const sync = (): void => {
    void scripts();
    frames();
  };

  // Pages that are still being parsed, or that draw themselves, add blocked elements later on.
  let due = 0;
  new MutationObserver(() => {
    due ||= setTimeout(() => {
      due = 0;
      sync();
    }, 50);
  }).observe(document, { childList: true, subtree: true });

  return { sync };
}

const select = <T extends HTMLElement>(selector: string): T[] => [
  ...document.querySelectorAll<T>(selector),
];

/** Chromium keeps a frame's page when `src` goes; taking the frame out of the page ends it. */
function unload(frame: HTMLIFrameElement): void {
  frame.hidden = true;
  if (!frame.hasAttribute("src")) return;
  const { parentNode, nextSibling } = frame;
  frame.remove();
  frame.removeAttribute("src");
  parentNode?.insertBefore(frame, nextSibling);
}

function execute(held: HTMLScriptElement): Promise<void> {
  const script = document.createElement("script");
  for (const { name, value } of held.attributes) {
    if (name !== "type" && name !== "data-type") script.setAttribute(name, value);
  }
  if (held.dataset["type"] === "module") script.type = "module";
  script.nonce = held.nonce; // hidden from attributes by the browser
  script.text = held.text;
  script.async = held.hasAttribute("async");
  return new Promise((resolve) => {
    script.onload = script.onerror = () => resolve();
    held.replaceWith(script);
    if (!script.src || script.async) resolve();
  });
}
