// Loaded where visits are counted and the browser has no Navigation API to tell of another route.

import type { Make } from "../core";
import { watchHistory } from "./history";

offer((({ visits }) => {
  watchHistory(visits.sync);
  return true;
}) satisfies Make<"history">);
