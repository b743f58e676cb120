import type { Window } from "../kernel/kernel.ts";

/** Turns a block's windows into columns, as they come. One is made for each block. */
export interface Reducer<Result> {
  /** Takes the samples of one chunk; nothing of the window may be kept. */
  add(window: Window): void;
  finish(): Result;
}
