// What a part of the notice says in one language, ready to be shown. It is cut from the published
// notice and says nothing else, so that the notice proves what a visitor read (P6).

export interface DeclaredCookie {
  readonly name: string; // a `*` stands for anything
  // Left out where they are the default: a cookie, of any domain of this page, on any path of it.
  readonly kind?: "local" | "session" | "indexeddb";
  readonly domain?: string;
  readonly path?: string;
  // Only in `all`
  readonly use?: string;
  readonly days?: string; // left out: until the browser closes
}

export interface Purpose {
  readonly id: string;
  readonly name: string;
  // From `first` on
  readonly description?: string;
  readonly cookies?: readonly DeclaredCookie[];
  // Only in `all`
  readonly reason?: string;
  readonly recipients?: readonly (readonly [name: string, country: string])[];
  readonly retention?: string;
}

export interface Controller {
  readonly name: string;
  readonly address: string;
  readonly contact: string;
}

export interface Told {
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
  /** Not in `corner`. */
  readonly purposes: readonly Purpose[];
  // From `first` on
  readonly notice: string;
  readonly privacy: string; // address of the statement
  // Only in `all`
  readonly controllers?: readonly Controller[];
  readonly authority?: { readonly name: string; readonly url: string };
  /** How a day of each month is written, with {day} and {year} in it. */
  readonly dates?: readonly string[];
  /** Those the site speaks, each by its own name. */
  readonly languages?: readonly (readonly [language: string, name: string])[];
}
