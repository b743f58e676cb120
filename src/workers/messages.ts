import type { BlockResult } from "../engine/result.ts";
import type { SweepTask } from "../engine/task.ts";
import { MassgridError, type Problem } from "../errors.ts";
import type { Block } from "../sweep/job.ts";

/** What a worker is told. It has one sweep at a time; what it is told of another one than its own is out of date. */
export type Request =
  /** The sweep that comes: sent once, however many blocks follow. */
  | { kind: "task"; sweep: number; task: SweepTask }
  /** A block of it; blocks are run in the order in which they come. */
  | { kind: "block"; sweep: number; block: Block }
  /** The sweep is over: its blocks and all that is known of it are dropped. */
  | { kind: "stop"; sweep: number };

/** What a worker tells. */
export type Response =
  /** The worker has been loaded. */
  | { kind: "ready" }
  /** Steps that the block that is under way has taken. */
  | { kind: "steps"; sweep: number; steps: number }
  | { kind: "done"; sweep: number; result: BlockResult }
  /** The block that is under way failed for a reason of the platform's: a trap, or no memory. The worker is not to be used again. */
  | { kind: "failed"; sweep: number; reason: string }
  /** The sweep cannot go on: an error of ours, which the caller must see. */
  | { kind: "fault"; sweep: number; fault: Fault }
  | { kind: "stopped"; sweep: number };

/** An error as plain data. */
export interface Fault {
  name: string;
  message: string;
  stack?: string | undefined;
  problems?: readonly Problem[] | undefined;
}

/** An error as plain data, which can be posted. */
export function faultOf(error: unknown): Fault {
  if (error instanceof MassgridError) return { ...error.toJSON(), stack: error.stack };
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: "Error", message: String(error) };
}

/** The error again, on the other side: a MassgridError where it was one. Its stack is that of where it happened. */
export function errorOf({ name, message, stack, problems }: Fault): Error {
  const error = problems ? new MassgridError(problems) : new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
