// The code in an address: `#gw=CODE`, before a fragment the link has already: `#gw=CODE&place`. A
// fragment reaches no server, so no log.

/** Id of a site by each of its origins. */
export type Siblings = Readonly<Record<string, string>>;

/** Whatever follows a code is the place, "" where there is none. */
export const FORM = /^#gw=([\w-]{22,})&?(.*)/s;

export const join = (code: string, hash: string): string => `gw=${code}${hash.replace("#", "&")}`;

/** The code this page was reached with, taken out of its address: nobody shares or bookmarks it. */
export function arrived(): string | undefined {
  const [, code, place] = FORM.exec(location.hash) ?? [];
  if (code) {
    const page = location.href.split("#")[0] as string;
    // The browser goes to the place by itself, and tells a page that finds its way by fragments.
    if (place) location.replace(`${page}#${place}`);
    else history.replaceState(history.state, "", page);
  }
  return code;
}
