// Loaded when the first held-back element is on the page that a visitor would see.

import base from "../base.css";
import type { Make } from "../core";
import { style } from "../style";
import css from "./placeholder.css";
import { standIn } from "./stand-in";

export type { StandIn } from "./stand-in";

style(base + css); // the layers, which have the base too, may never come
offer((() => standIn) satisfies Make<"placeholder">);
