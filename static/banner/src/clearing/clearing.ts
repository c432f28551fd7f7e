// Takes away what purposes that are not allowed have left in this browser (R20). Cookies that no
// script can see are the gateway's to end: its answer to the choice does.

import { put } from "../cookie";
import { NAME } from "../jar";
import type { DeclaredCookie } from "../told";

const names = (): string[] =>
  document.cookie
    .split("; ")
    .filter(Boolean)
    .map((pair) => pair.split("=", 1)[0] as string);

/** A `*` stands for anything, anywhere in a declared name. */
export const matches = (name: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*")}$`, "s").test(name);

/** Every domain a page on this host can have set a cookie for, without saying (""), or by name. */
export function domains(host: string): string[] {
  const labels = host.split(".");
  return ["", ...labels.map((_, first) => labels.slice(first).join("."))];
}

/** Every path whose cookies this page sees: `/a` and `/a/` are two. */
export function paths(page: string): string[] {
  const ends = [...page.matchAll(/\/|$/g)].map(({ index }) => index);
  return ends.flatMap((end) => [page.slice(0, end), page.slice(0, end + 1)]);
}

/** Ends all that `gone` declares and `kept` does not. Blocked storage is no reason to fail. */
export function clear(gone: readonly DeclaredCookie[], kept: readonly DeclaredCookie[]): void {
  for (const declared of gone) {
    const { name: pattern, kind } = declared;
    const spared = kept.filter((other) => other.kind === kind);
    const meant = (name = ""): boolean =>
      name !== NAME &&
      matches(name, pattern) &&
      !spared.some((other) => matches(name, other.name));
    end(declared, meant).catch(() => {});
  }
}

async function end(
  { name: pattern, kind, domain, path }: DeclaredCookie,
  meant: (name?: string) => boolean,
): Promise<void> {
  if (kind === "indexeddb") {
    const found = (await indexedDB.databases?.()) ?? [{ name: pattern }];
    for (const { name } of found) if (name && meant(name)) indexedDB.deleteDatabase(name);
  } else if (kind) {
    const storage = window[`${kind}Storage`];
    for (const key of Object.keys(storage)) if (meant(key)) storage.removeItem(key);
  } else {
    // With a path of its own it may be there unseen. With a domain it may still be the host's own.
    for (const name of [...names(), ...(path ? [pattern] : [])].filter(meant))
      for (const on of domain ? ["", domain] : domains(location.hostname))
        for (const under of path ? [path] : paths(location.pathname)) put(`${name}=`, 0, on, under);
  }
}
