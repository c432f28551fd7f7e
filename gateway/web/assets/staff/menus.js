// Menus close by Escape and by a click beside them; a page that is on its way says so. Without
// this script both still work: menus by their own word, pages by the browser's own sign.
(() => {
  "use strict";
  const open = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // What the address names after "#" may lie in what is folded: older browsers leave it closed.
  const unfold = () => {
    const folded = document.getElementById(location.hash.slice(1))?.closest("details");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  const main = document.getElementById("content");
  const busy = (is) => {
    document.documentElement.toggleAttribute("data-loading", is);
    main.setAttribute("aria-busy", String(is));
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const other = event.defaultPrevented || event.button || event.metaKey || event.ctrlKey;
    if (!link || other || event.shiftKey || event.altKey) return;
    const here = link.hash && link.pathname + link.search === location.pathname + location.search;
    if (link.origin === location.origin && !link.target && !link.hasAttribute("download") && !here) busy(true);
  });
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented) busy(true);
  });
  // Also when the page comes back from the browser's memory.
  addEventListener("pageshow", () => busy(false));
})();
