// Global Privacy Control: what the browser says for its owner.

/** Fixed when the page was navigated to; only a real `true` counts. */
export const signals = (): boolean =>
  (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true;
