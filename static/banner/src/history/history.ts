// Hears of every route: the two functions that change it are wrapped, and going back is heard.

export function watchHistory(changed: () => void): void {
  for (const name of ["pushState", "replaceState"] as const) {
    const change = history[name];
    history[name] = function (...state) {
      change.apply(this, state);
      changed();
    };
  }
  addEventListener("popstate", changed);
}
