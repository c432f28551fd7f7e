// The style sheet. A constructed one needs no permission from a page's style-src.

import aside from "./aside.css";
import base from "./base.css";
import first from "./first.css";
import second from "./second.css";

export function style(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(base + first + second + aside);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
