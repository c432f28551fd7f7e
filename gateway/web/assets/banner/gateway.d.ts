// Types of what the banner gives a page's own code. Copy this file into a project, or point
// "types" at it: `window.gateway` then has them, and so has an import of banner.mjs.

export type State = "none" | "given" | "refused" | "withdrawn";

/** The choice as it stands. */
export interface Summary {
  readonly state: State;
  /** Every purpose that is asked for, by its id. */
  readonly choices: Readonly<Record<string, boolean>>;
  /** Only while a consent stands: a refusal has no identifier. */
  readonly consent_id: string | null;
  /** SHA-256 of the notice that was shown. */
  readonly notice: string | null;
  /** ISO 8601, UTC. */
  readonly valid_until: string | null;
}

export interface Gateway {
  /** Kept when the banner has begun; with the choice as it stood then. */
  readonly ready: Promise<Summary>;
  /** The choice as it stands now. `none` also before the banner has begun. */
  get(): Summary;
  /** These four are rejected when the gateway has not recorded the choice. */
  accept(): Promise<Summary>;
  reject(): Promise<Summary>;
  save(choices: Readonly<Record<string, boolean>>): Promise<Summary>;
  withdraw(): Promise<Summary>;
  /** Opens the preferences window. */
  open(): Promise<void>;
  /** Shows the banner in another language of the site; without one, in that of the page. */
  speak(language?: string): Promise<void>;
  /** Calls the listener from now on; what it gives back ends that. */
  on(name: "consent", listener: (summary: Summary) => void): () => void;
  /** Sends an event, if `analytics` is allowed. */
  track(
    name: string,
    props?: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<void>;
  /** Says that this page does not exist (404), if `analytics` is allowed. */
  missing(): Promise<void>;
}

declare global {
  interface Window {
    readonly gateway?: Gateway;
  }
  interface DocumentEventMap {
    "gateway:consent": CustomEvent<Summary>;
  }
}

declare const gateway: Gateway;
export default gateway;
export { gateway };
