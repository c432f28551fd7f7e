/** What is counted where the site does not say otherwise: as in gateway/web/embed.py. */
export const USUAL = { outbound: 1, forms: 1, engagement: 1 } as const;
