// What only some visitors need is fetched when they need it: code as chunks, texts in one language.

import type { Gate } from "./gate";
import type { Settings } from "./settings";
import { lib } from "./shared";
import type { Told } from "./told";

/** Each holds all that the one before it holds, but for `held`, which is about held-back elements. */
export type Part = "corner" | "held" | "first" | "all";

/** How this script came to the page. */
export interface Origin {
  /** The site's address at the gateway, with a slash at the end. */
  readonly base: string;
  /** Imports a module. A page that has pinned this script gets none but what belongs to it. */
  load(address: string): Promise<{ readonly default: Run }>;
}

type Run = (given: typeof lib, offer: (make: never) => void) => void;

export interface Loader {
  /** What a chunk offers. */
  chunk(name: string): Promise<unknown>;
  told(part: Part, language: string): Promise<Told>;
}

export function loader(
  { base, load }: Origin,
  gate: Gate,
  { release, notice }: Settings,
): Loader {
  return {
    async chunk(name) {
      const { default: run } = await load(`${base}banner/${release}/${name}.js`);
      return new Promise((offer) => run(lib, offer));
    },
    async told(part, language) {
      const address = `texts/${language}/${part}.json?v=${notice}`;
      const answer = await gate(address, { credentials: "omit" }); // the same for everybody
      if (!answer.ok) throw answer;
      return answer.json();
    },
  };
}

const PAUSE_MS = 1000;

/** One attempt for all who ask; some time after a failure the next who asks tries again: a network
 *  that failed once may work at the next press, and one that is down is not asked all the time. */
export function once<A extends string[], T>(get: (...key: A) => Promise<T>) {
  const known: Record<string, Promise<T> | undefined> = {};
  return (...key: A): Promise<T> => {
    // Once for each attempt, not for each who asks: their ends would cut the pause of the next one short.
    return (known[`${key}`] ??= get(...key).catch((error: unknown) => {
      setTimeout(() => (known[`${key}`] = undefined), PAUSE_MS);
      throw error;
    }));
  };
}
