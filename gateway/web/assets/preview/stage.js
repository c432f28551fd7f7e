// A page of the preview. Runs before the banner, which then runs as on any page: what is said by the
// gateway for one visitor is said here, and what would be recorded is answered instead of sent.
(() => {
  "use strict";
  const { settings, cookie, scheme, opens } = JSON.parse(document.currentScript.dataset.stage);
  const ask = window.fetch.bind(window);

  const answer = (status, said) =>
    new Response(JSON.stringify(said), {
      status,
      headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" },
    });
  const tell = () => {
    const note = document.getElementById("note");
    note.textContent = note.dataset.told;
  };
  window.fetch = async (address, options) => {
    const { pathname } = new URL(address, location.href);
    if (pathname.endsWith("/banner.json")) return answer(200, settings);
    if (/\/texts\/[a-z]+\/[a-z]+\.json$/.test(pathname)) return ask(address, options);
    if (/\/(consent|withdraw)$/.test(pathname)) tell();
    return answer(503, { title: "This is a preview: nothing is recorded.", status: 503 });
  };
  navigator.sendBeacon = () => true;

  // This page has no cookies, by its policy: the one a visitor would have stands here.
  Object.defineProperty(document, "cookie", {
    get: () => (cookie ? `gw_consent=${cookie}` : ""),
    set: () => {},
  });
  // The browser of who looks at the preview must not refuse for who would see the banner.
  Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => false });

  // A frame cannot be told to be in the dark, and on paper it is to look as on the screen. So these
  // conditions are settled in the style sheets.
  const { replaceSync } = CSSStyleSheet.prototype;
  CSSStyleSheet.prototype.replaceSync = function (css) {
    const settled = css
      .replace(/\(prefers-color-scheme:\s*(\w+)\)/g, (_, mode) =>
        mode === scheme ? "(min-width:0)" : "(max-width:0)",
      )
      .replace(/color-scheme:\s*light dark/g, `color-scheme:${scheme}`)
      .replace(/@media print\b/g, "@media not all");
    replaceSync.call(this, settled);
  };

  // A dialog takes the focus, and the page around the frames would jump to it. Not unless somebody
  // is in this very frame.
  const { showModal } = HTMLDialogElement.prototype;
  HTMLDialogElement.prototype.showModal = function () {
    this.inert = !document.hasFocus();
    showModal.call(this);
    this.inert = false;
  };

  if (opens) addEventListener("load", () => window.gateway.open());
})();
