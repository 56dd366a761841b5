// Counting what the program asks its database.
import type { KyselyPlugin } from "kysely";

/** Tells of every query when its result comes, also of those that were put into words before. */
export function telling(onQuery: () => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      onQuery();
      return result;
    },
  };
}
