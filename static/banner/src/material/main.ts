// Loaded at the first sign of a hand on a page whose visits may be counted: nothing in it happens
// by itself.

import type { Make } from "../core";
import { USUAL } from "../usual";
import { watchHistory } from "./history";
import { material } from "./material";

export type Material = void;

offer((({ settings, visits }) => {
  watchHistory(visits.sync);
  material((what) => visits.report(what, true), settings.tracker ?? USUAL);
}) satisfies Make<"material">);
