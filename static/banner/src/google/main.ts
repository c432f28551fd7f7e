import type { Make } from "../core";
import { type GoogleSettings, google } from "./mode";

// What stands is told while this loads, so that whoever waits for it may start tags at once.
offer((({ settings, choice }) => {
  const mode = google(settings.google as GoogleSettings);
  const { state, choices } = choice.summary();
  mode.signal(state === "none" ? null : choices);
  return mode;
}) satisfies Make<"google">);
