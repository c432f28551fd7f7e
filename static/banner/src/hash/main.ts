// Loaded where a site says that `#/route` is a page of its own.

import type { Make } from "../core";
import { route } from "./route";

export type Route = typeof route;

offer((() => route) satisfies Make<"hash">);
