// Which page is shown after a press, where the browser has no Navigation API to tell.

export function watchHistory(changed: () => void): void {
  if ("navigation" in window) return;
  for (const name of ["pushState", "replaceState"] as const) {
    const change = history[name];
    history[name] = function (...state) {
      change.apply(this, state);
      changed();
    };
  }
  addEventListener("popstate", changed);
}
