// What needs somebody on the page whose visits may be counted. Loaded at the first sign of a hand, or
// when the page has been in view for some seconds: nobody is watched who only passes by.

import type { Make } from "../core";
import { USUAL } from "../usual";
import { engagement } from "./engagement";
import { material } from "./material";

/** Called before another page is counted (true), or none any more (false). */
export type Material = (counting: boolean) => void;

offer((({ settings: { tracker = USUAL, hosts = [location.host] }, visits }) => {
  material((what) => visits.report(what, true), tracker, hosts);
  return tracker.engagement ? engagement(visits) : () => {};
}) satisfies Make<"material">);
