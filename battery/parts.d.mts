/** Parts of the battery, in the order of its page. */
export const parts: readonly string[];
