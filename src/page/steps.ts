/** Steps of the browser's history are this page's: those of before it was loaded again are known by their links alone. */
const session = String(performance.timeOrigin);

/** What the browser keeps with a step. */
export function entryOf(at: number): { massgrid: string; at: number } {
  return { massgrid: session, at };
}

/** The number of a step of the browser's history; -1 for one that is not this page's. */
export function numberOf(entry: unknown): number {
  return isStep(entry) && entry.massgrid === session && typeof entry.at === "number" ? entry.at : -1;
}

/** Whether it is a step of this page, or of it before it was loaded again. */
export function isStep(entry: unknown): entry is { massgrid: unknown; at: unknown } {
  return typeof entry === "object" && entry !== null && "massgrid" in entry && "at" in entry;
}

/** Whether a step of the browser's history is one that this page has made. */
export function isOfHistory(entry: unknown): boolean {
  return numberOf(entry) >= 0;
}
