// What the gateway hands to this page. `Content` is exactly what was hashed into the notice id:
// the banner shows nothing else, so that the published notice proves what a visitor read (P6).

export type ByLanguage<T> = Readonly<Record<string, T>>;

export interface Recipient {
  readonly name: string;
  readonly country: string;
}

export interface DeclaredCookie {
  readonly name: string; // a `*` stands for anything
  readonly lifetime_days: number; // 0: until the browser closes
  readonly texts: ByLanguage<string>;
  // Left out where they are the default: a cookie, of any domain of this page, on any path of it.
  readonly kind?: "local" | "session" | "indexeddb";
  readonly domain?: string;
  readonly path?: string;
}

export interface PurposeTexts {
  readonly name: string;
  readonly description: string;
  readonly reason?: string;
}

export interface Purpose {
  readonly id: string;
  readonly basis: string;
  readonly texts: ByLanguage<PurposeTexts>;
  readonly recipients: readonly Recipient[];
  readonly cookies: readonly DeclaredCookie[];
  readonly retention_days: number;
}

export interface Controller {
  readonly name: string;
  readonly address: string;
  readonly contact: string;
}

export interface Content {
  readonly site: string;
  readonly languages: readonly string[]; // the first is the default
  readonly names: ByLanguage<string>;
  readonly controllers: readonly Controller[];
  readonly authority: { readonly name: string; readonly url: string };
  readonly jurisdiction: string;
  readonly privacy_url: string;
  readonly validity_months: number;
  readonly purposes: readonly Purpose[];
  readonly texts: ByLanguage<Readonly<Record<string, string>>>;
  readonly script: string;
}

export interface Settings {
  readonly site: string;
  readonly notice: string;
  readonly content: Content;
  readonly cookieDomain: string | null;
  /** By the first 16 digits of an earlier notice: what a consent under it covers no more (R18). */
  readonly renew: Readonly<Record<string, readonly string[]>>;
}

/** Only these may be asked for: another basis than consent is no choice (R13). */
export const asked = (content: Content): Purpose[] =>
  content.purposes.filter((purpose) => purpose.basis === "consent");
