/** Parts of the battery, in the order of its page; each is a folder with a part.mjs. */
export const parts = ["bits", "stores", "mutants", "memory", "stops", "numbers"];
