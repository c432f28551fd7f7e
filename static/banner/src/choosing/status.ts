import { h } from "../dom";

/** Where a layer says how an act went, also to a screen reader. */
export const status = (): HTMLElement => h("p", { role: "status", class: "gw-status" });
