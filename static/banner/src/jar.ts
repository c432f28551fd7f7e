// document.cookie: the one consent cookie, and expiring those of purposes no longer allowed.

const NAME = "gw_consent";

export interface Jar {
  read(): string | null;
  /** Until: seconds since 1970 UTC. */
  write(value: string, until: number): void;
  /** Ends a cookie of this host alone where the site has come to use its domain's: it would be
   *  read first, and an old yes would outlive a new no. */
  tidy(): void;
  /** Expires every cookie `forbidden` names and `allowed` does not; names may end in `*`. */
  expire(forbidden: readonly string[], allowed: readonly string[]): void;
}

export function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Every domain a page on this host can have set a cookie for, without saying (""), or by name. */
export function domains(host: string): string[] {
  const labels = host.split(".");
  return ["", ...labels.map((_, first) => labels.slice(first).join("."))];
}

export function jar(cookieDomain: string | null): Jar {
  const { hostname, protocol } = location;
  const reaches = cookieDomain !== null && `.${hostname}`.endsWith(`.${cookieDomain}`);
  const put = (pair: string, age: number, domain: string): void => {
    document.cookie =
      `${pair}; Path=/; Max-Age=${age}; SameSite=Lax` +
      (domain && `; Domain=${domain}`) +
      (protocol === "https:" ? "; Secure" : "");
  };
  const all = (): string[] => document.cookie.split("; ").filter(Boolean);

  return {
    read: () => all().find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? null,
    write(value, until) {
      const age = Math.max(0, Math.round(until - Date.now() / 1000));
      put(`${NAME}=${value}`, age, reaches ? cookieDomain : "");
    },
    tidy() {
      if (reaches) put(`${NAME}=`, 0, "");
    },
    expire(forbidden, allowed) {
      for (const pair of all()) {
        const name = pair.split("=", 1)[0] as string;
        const held = (patterns: readonly string[]): boolean =>
          patterns.some((pattern) => matches(name, pattern));
        if (name === NAME || !held(forbidden) || held(allowed)) continue;
        domains(hostname).forEach((domain) => put(`${name}=`, 0, domain));
      }
    },
  };
}
