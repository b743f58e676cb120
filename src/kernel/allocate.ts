export const LANE_BYTES = 8;
export const PAIR_BYTES = 16;
/** The first address that is given out. */
const START = 64;
const PAGE_BYTES = 65536;

/** Gives the address of so many further bytes. */
export type Allocate = (bytes: number) => number;

/** Allocates from the beginning of a memory; `pages` tells how many pages all that was allocated needs. */
export function allocator(): { allocate: Allocate; pages: () => number } {
  let end = START;
  const allocate = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / PAIR_BYTES) * PAIR_BYTES;
    return address;
  };
  return { allocate, pages: () => Math.ceil(end / PAGE_BYTES) };
}
