// Which page of a site this is where fragments are routes. Pure: addresses in, a path out.

/**
 * The path that is counted: `#/jobs` on /app/ is /app/jobs. Every other fragment, and all of one
 * from its first = on, is left where it is: single sign-on puts secrets there.
 */
export function route({ pathname, hash }: Pick<Location, "pathname" | "hash">): string {
  const found = /^#!?\/+([^?&=#;]*)/.exec(hash);
  return found ? pathname.replace(/[^/]*$/, "") + found[1] : pathname;
}
