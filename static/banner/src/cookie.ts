// Writing a cookie of this page.

/** Age: in seconds; 0 ends it. */
export function put(pair: string, age: number, domain: string, path = "/"): void {
  document.cookie =
    `${pair}; Path=${path}; Max-Age=${age}; SameSite=Lax` +
    (domain && `; Domain=${domain}`) +
    (location.protocol === "https:" ? "; Secure" : "");
}
