// The one consent cookie, as this page sees it.

export const NAME = "gw_consent";

export const read = (): string =>
  document.cookie.match(`(?:^|; )${NAME}=([^;]*)`)?.[1] ?? "";
