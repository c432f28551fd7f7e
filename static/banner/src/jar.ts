// document.cookie, and the one consent cookie in it.

export const NAME = "gw_consent";

export interface Jar {
  read(): string | null;
  /** Until: seconds since 1970 UTC. */
  write(value: string, until: number): void;
  /** Ends a cookie of this host alone where the site has come to use its domain's: it would be
   *  read first, and an old yes would outlive a new no. */
  tidy(): void;
}

const all = (): string[] => document.cookie.split("; ").filter(Boolean);

export const names = (): string[] => all().map((pair) => pair.split("=", 1)[0] as string);

/** Age: in seconds; 0 ends it. */
export function put(pair: string, age: number, domain: string, path = "/"): void {
  document.cookie =
    `${pair}; Path=${path}; Max-Age=${age}; SameSite=Lax` +
    (domain && `; Domain=${domain}`) +
    (location.protocol === "https:" ? "; Secure" : "");
}

export function jar(cookieDomain: string | null): Jar {
  const reaches = cookieDomain !== null && `.${location.hostname}`.endsWith(`.${cookieDomain}`);
  return {
    read: () => all().find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? null,
    write(value, until) {
      const age = Math.max(0, Math.round(until - Date.now() / 1000));
      put(`${NAME}=${value}`, age, reaches ? cookieDomain : "");
    },
    tidy() {
      if (reaches) put(`${NAME}=`, 0, "");
    },
  };
}
