// Google Consent Mode v2: tells Google's tags what was chosen, before any of them runs. Nothing is
// sent from here: the data layer is a list in the page that a tag reads once it has loaded.

/** Settings name a purpose for each, in this order (gateway/rules/google.py has the same). */
const TYPES = [
  "ad_storage",
  "ad_user_data",
  "ad_personalization",
  "analytics_storage",
  "functionality_storage",
  "personalization_storage",
  "security_storage",
];

export interface GoogleSettings {
  /** The tags load before a choice, held to `denied`. */
  readonly advanced?: 1;
  /** By TYPES: the purpose it follows; 1: always granted; 0: never. */
  readonly types: readonly (string | 0 | 1)[];
  readonly wait?: number; // ms a tag holds its first message back for an update
  readonly set?: readonly string[]; // what is switched on with gtag("set", ...)
  readonly layer?: string; // default: dataLayer
}

export interface Mode {
  /**
   * To be called with every choice, and done before what was held back starts: a tag that finds no
   * default takes all as granted. `choices`: of the purposes that are asked; null: none stands.
   */
  signal(choices: Readonly<Record<string, boolean>> | null): void;
}

/** Tags heed a command only as the `arguments` of a function, not as an array. */
function command(..._: unknown[]): IArguments {
  return arguments;
}

export function google({ advanced, types, wait, set, layer }: GoogleSettings): Mode {
  const name = layer ?? "dataLayer";
  const page = window as unknown as Record<string, unknown[] | undefined>;
  let told: string | undefined; // the last update; "" after a default alone

  const states = (choices: Readonly<Record<string, boolean>> | null) =>
    Object.fromEntries(
      TYPES.map((type, index) => {
        const by = types[index];
        const granted = by === 1 || (by && choices?.[by] === true);
        return [type, granted ? "granted" : "denied"];
      }),
    );

  return {
    signal(choices) {
      const first = told === undefined;
      // Basic mode: Google says that who refuses sends it nothing, "not even the consent status".
      // No tag runs then, so there is nobody to tell.
      if (first && !advanced && !Object.values(choices ?? {}).includes(true)) return;
      const commands: IArguments[] = [];
      if (first) {
        told = "";
        commands.push(
          command("consent", "default", {
            ...states(null),
            ...(wait && { wait_for_update: wait }),
          }),
          ...(set ?? []).map((key) => command("set", key, true)),
        );
      }
      const state = states(choices);
      const telling = JSON.stringify(state);
      if ((choices || told) && telling !== told) {
        told = telling;
        commands.push(command("consent", "update", state));
      }
      const queue = (page[name] ??= []);
      // In front of what the page queued itself: a tag obeys in order, and a `config` that comes
      // before the default counts as granted. Once a tag reads along it has its own `push`.
      if (first && queue.push === Array.prototype.push) queue.unshift(...commands);
      else for (const one of commands) queue.push(one);
    },
  };
}
