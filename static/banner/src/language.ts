// In which language the banner speaks: the page's, until the visitor picks another (R11).

/** The page language, else its language without the region, else the site's default. Norwegian
 *  pages name the written form they use. */
export function pick(wanted: string, offered: readonly string[]): string {
  const tag = `${wanted.toLowerCase().replace(/^n[bn]\b/, "no")}-`;
  return offered.find((one) => tag.startsWith(`${one}-`)) ?? (offered[0] as string);
}

export const direction = (language: string): string => (language === "ar" ? "rtl" : "ltr");
