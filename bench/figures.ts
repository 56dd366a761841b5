// All figures, in the order of the table.
import type { Figure } from "./figure.ts";
import { growth } from "./figures/growth.ts";
import { logins } from "./figures/logins.ts";
import { memory } from "./figures/memory.ts";
import { pages } from "./figures/pages.ts";

import { purge } from "./figures/purge.ts";
import { start } from "./figures/start.ts";
import { storm } from "./figures/storm.ts";
import { weight } from "./figures/weight.ts";

export const figures: Figure[] = [...pages, logins, storm, growth, purge, memory, start, weight];
