// Which page of a site this is. Pure: addresses in, a path out.

/**
 * The path that is counted. With `hashed`, `#/jobs` on /app/ is /app/jobs; every other fragment,
 * and all of one from its first = on, is left where it is: single sign-on puts secrets there.
 */
export function route(page: Pick<Location, "pathname" | "hash">, hashed?: 1): string {
  const found = hashed && /^#!?\/+([^?&=#;]*)/.exec(page.hash);
  return found ? page.pathname.replace(/[^/]*$/, "") + found[1] : page.pathname;
}
