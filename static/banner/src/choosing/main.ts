// START HERE: what a visitor needs who chooses. One act at a time, each recorded by the gateway
// before it is shown as done.

import base from "../base.css";
import type { Summary } from "../choice";
import type { Make } from "../core";
import type { Choices } from "../standing";
import { style } from "../style";
import type { Told } from "../told";
import css from "./first.css";
import { type Action, type Layer, type Recording, recording, status } from "./recording";
import { type Stage, stageOf } from "./stage";

/** What a page's own code and its buttons may ask for. */
export interface Acts {
  accept(): Promise<Summary>;
  reject(): Promise<Summary>;
  save(choices: Choices): Promise<Summary>;
  withdraw(): Promise<Summary>;
  open(opener?: unknown): Promise<void>;
  /** Another language of the site, without a reload; without one, the page's. */
  speak(language?: string): Promise<void>;
  press(button: HTMLElement, action: string): Promise<unknown>;
}

export interface Choosing extends Acts {
  readonly stage: Stage;
  busy(): boolean;
  /** Shows the first layer, unasked, about these purposes. */
  ask(due: readonly string[]): Promise<void>;
  /** About the purposes `only`: the others stay as they are. Left out, it is about all. */
  decide(action: Action, layer: Layer, yes?: Choices, only?: readonly string[]): Promise<Summary>;
  readonly record: Recording;
  settle(): void;
}

style(base + css);

offer(((core) => {
  const { choice, clear, corner, gate, settings, told } = core;
  const record = recording(core);
  const asked = Object.keys(settings.purposes).filter((id) => settings.purposes[id]);
  const given = (): boolean => choice.standing().state === "given";
  let busy = false;

  const stage = stageOf(core);
  const say = async (key: "saved" | "changed" | "failed"): Promise<void> => {
    // What is said when nothing can be reached is here already.
    const { words } = await told(key === "changed" ? "all" : "first");
    stage.say(words[key] as string, key !== "saved");
  };

  let kept: Promise<unknown> | undefined;
  let no = false; // whether one waits
  const act = async (what: (told: Told) => Promise<void>, ends = false): Promise<Summary> => {
    if (busy) {
      if (!ends) throw Error("a choice is being kept");
      // A no that comes while a yes is on its way is the last word.
      no = true;
      choice.hold();
      core.heed(true);
      await kept;
    }
    const acting = now(what, ends);
    kept = acting.catch(() => {});
    return acting;
  };
  const now = async (what: (told: Told) => Promise<void>, ends: boolean): Promise<Summary> => {
    no = false;
    stage.busy((busy = true));
    const token = choice.token();
    try {
      await what(await told("first"));
      if (!no) {
        // It is kept, whatever goes wrong on the page that follows it.
        await core.follow().catch(() => {});
        await say("saved");
      }
    } catch (error) {
      // A no holds in this page even when the gateway cannot record it now (R20).
      if (ends) {
        choice.hold();
        core.heed(true);
      }
      // Nothing is lost: the layer stays as it was, ticks and all. Where not even that can be said,
      // the page without scripts does it all.
      say(status(error) === 409 ? "changed" : "failed").catch(() =>
        window.open(`${core.base}preferences`),
      );
      throw error;
    } finally {
      stage.busy((busy = false));
      if (!choice.all()) clear(!!token);
    }
    return choice.summary();
  };
  const decide: Choosing["decide"] = (action, layer, yes = {}, only) => {
    const said = (id: string): boolean =>
      action === "accept" || (action === "save" && yes[id] === true);
    const choices = Object.fromEntries((only ?? asked).map((id) => [id, said(id)]));
    return act(
      ({ notice, language }) =>
        record.decide({ action, choices, notice, language, layer, asked: only }),
      // What is asked again is held back already, and a no to it is no end of the rest.
      action === "reject" && !only,
    );
  };
  const open = async (opener?: unknown): Promise<void> => {
    try {
      await (await core.part("preferences"))(opener);
    } catch (error) {
      say("failed").catch(() => {});
      throw error;
    }
  };
  const withdraw = (): Promise<Summary> => act(record.withdraw, true);

  return {
    busy: () => busy,
    settle() {
      stage.settle();
      void told("first").then(corner.speak);
    },
    stage,
    speak: async (wanted) => (await core.part("speech"))(wanted),
    open,
    withdraw,
    accept: () => decide("accept", "page"),
    reject: () => decide("reject", "page"),
    async save(choices) {
      Reflect.ownKeys(choices); // throws when it is nothing that could name purposes
      return decide("save", "page", choices);
    },
    press(button, action) {
      const preferences = button.closest("#gw-preferences");
      const first = !preferences && button.closest("#gw-banner");
      if (action === "withdraw") return withdraw();
      if (action === "save" && preferences) return decide(action, "preferences", stage.ticked());
      // A page's own "save" has no ticks to save: it would be a refusal nobody chose.
      if (action !== "accept" && action !== "reject") return open(button);
      return first && given()
        ? decide(action, "renewal", {}, choice.due())
        : decide(action, preferences ? "preferences" : first ? "first" : "page");
    },
    decide,
    record,
    async ask(due) {
      const words = await told(given() ? "all" : "first");
      clear();
      if (!choice.due().length) return;
      stage.ask(words, due, given());
      const { notice, language } = words;
      const shown = { notice, language };
      gate("shown", { keepalive: true, credentials: "omit" }, shown).catch(() => {});
    },
  };
}) satisfies Make<"choosing">);
