// All figures, in the order of the table.
import type { Figure } from "./figure.ts";
import { growth } from "./figures/growth.ts";
import { logins } from "./figures/logins.ts";
import { pages } from "./figures/pages.ts";

import { storm } from "./figures/storm.ts";

export const figures: Figure[] = [...pages, logins, storm, growth];
