// What the core has anyway, and chunks need too: they take it from here instead of carrying it
// again. The build gives them these under the names of the modules they import.

import { button, h } from "./dom";
import { NAME, read } from "./jar";
import { direction, pick } from "./language";
import { keepClear } from "./room";
import { signals } from "./signals";
import { decode } from "./standing";
import { style } from "./style";

export const lib = { NAME, button, decode, direction, h, keepClear, pick, read, signals, style };
