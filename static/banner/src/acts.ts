// What a visitor can do, by a button or by a page's own code: one act at a time.

import { type Action, Failure, type Layer } from "./api";
import type { Chooser, Summary } from "./choice";
import type { Choices } from "./standing";
import type { Stage } from "./view/stage";
import type { Words } from "./words";

export interface Acts {
  readonly busy: () => boolean;
  decide(action: Action, choices?: Choices, layer?: Layer): Promise<Summary>;
  withdraw(): Promise<Summary>;
  open(opener: Element | null): void;
}

export function acts(
  words: Words,
  choice: Chooser,
  stage: Stage,
  follow: (said: string) => void,
  stop: () => void,
): Acts {
  const { say } = words;
  let busy = false;

  const act = async (what: () => Promise<void>, no = false): Promise<Summary> => {
    if (busy) throw new Error("another choice is being kept");
    stage.busy((busy = true));
    try {
      await what();
      follow(say("saved", { open: say("preferences") }));
    } catch (error) {
      // A no holds in this page even when the gateway cannot record it now (R20).
      if (no) {
        choice.hold();
        stop();
      }
      // Nothing is lost: the layer stays as it was, ticks and all.
      stage.say(say(error instanceof Failure && error.status === 409 ? "changed" : "failed"));
      throw error;
    } finally {
      stage.busy((busy = false));
    }
    return choice.summary();
  };

  return {
    busy: () => busy,
    decide(action, choices = {}, layer = "page") {
      const again = layer === "first" && choice.standing().state === "given";
      const asked = again ? "renewal" : layer;
      // What is asked again is held back already, and a no to it is no end of the rest.
      const no = action === "reject" && !again;
      return act(() => choice.decide(action, choices, words.language, asked), no);
    },
    withdraw: () => act(choice.withdraw, true),
    open: (opener) => stage.open(choice.standing(), opener),
  };
}

/** Heard on the document, and first: pages add buttons, and may stop clicks halfway. */
export function listen({ decide, withdraw, open }: Acts, ticked: () => Choices): void {
  const press = async (target: HTMLElement): Promise<unknown> => {
    const action = target.dataset["gwAction"];
    const layer = target.closest("#gw-preferences")
      ? "preferences"
      : target.closest("#gw-banner")
        ? "first"
        : "page";
    // A page's own "save" has no ticks to save: it would be a refusal nobody chose.
    const astray = action === "save" && layer !== "preferences";
    if (action === "open" || action === "settings" || astray) return open(target);
    if (action === "withdraw") return withdraw();
    if (action === "save") return decide(action, ticked(), layer);
    if (action === "accept" || action === "reject") return decide(action, {}, layer);
    return undefined;
  };
  const heard = (event: Event): void => {
    const { target: on } = event;
    const target = on instanceof Element && on.closest<HTMLElement>("[data-gw-action]");
    if (!target) return;
    event.preventDefault();
    press(target).catch(() => {}); // said in the layer itself
  };
  document.addEventListener("click", heard, true);
}
