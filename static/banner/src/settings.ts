// What the gateway hands to every page: no text, so that it is small whatever the site's languages.

import type { GoogleSettings } from "./google/mode";
import type { MaterialOptions } from "./material/material";

export interface Settings {
  readonly site: string;
  /** The start of its id, as an address needs it. */
  readonly notice: string;
  readonly release: string;
  readonly languages: readonly string[]; // the first is the default
  /** 1: consent is asked. 0: another basis, which is no choice (R13). */
  readonly purposes: Readonly<Record<string, 0 | 1>>;
  // Left out where they are as they mostly are.
  readonly tracker?: MaterialOptions & {
    /** Whether `#/route` is a page of its own. */
    readonly hash?: 1;
    readonly engagement?: 1;
  };
  /** All hosts of the site. Left out: the page's own is the only one. */
  readonly hosts?: readonly string[];
  readonly cookieDomain?: string;
  /** By the first 16 digits of an earlier notice: what a consent under it covers no more (R18). */
  readonly renew?: Readonly<Record<string, readonly string[]>>;
  readonly layout?: "corner" | "centre";
  /** The site's colours, and whether its pages' own buttons stand for the floating ones. */
  readonly css?: string;
  readonly google?: GoogleSettings;
  /** Sites that take over a choice: id of the site by origin. */
  readonly siblings?: Readonly<Record<string, string>>;
}
