import type { BlockResult, SweepTask } from "../engine/task.ts";
import { MassgridError, type Problem } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import type { Block, InitialState, InputSource, Job } from "../sweep/job.ts";
import { isMade, type KeyValues } from "../sweep/key-values.ts";

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
  /**
   * The block that is under way failed for a reason of the platform's: a trap, or no memory. The worker is not to be used again. `hasNoRoom`:
   * there are no addresses for a kernel in this thread, which is no fault of the block's.
   */
  | { kind: "failed"; sweep: number; reason: string; hasNoRoom: boolean }
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

/** Arrays below this are copied with the message, in bytes. */
const SMALL = 65536;
/** Numbers that are copied at a time: the event loop gets its turn in between. */
const PIECE = 2 ** 18;

/**
 * A sweep's task as it is posted: all threads read one copy of long arrays, where the platform shares memory (Node, and pages
 * that are isolated); elsewhere each gets its own. What a caller's model holds beyond what models have stays here.
 */
export async function shareable({ jobs, ...task }: SweepTask): Promise<SweepTask> {
  const slice = new TimeSlice();
  const copies = new Map<Float64Array, Float64Array>();
  const share = async (values: Float64Array): Promise<Float64Array> => {
    const copy = copies.get(values) ?? (await shared(values, slice));
    copies.set(values, copy);
    return copy;
  };
  const shareJob = async (job: Job): Promise<Job> => {
    const values: KeyValues[] = [];
    for (const column of job.values) {
      if (column instanceof Float64Array) values.push(await share(column));
      else values.push(isMade(column) ? column : { ...column, values: await share(column.values) });
    }
    const inputSources: InputSource[] = [];
    for (const source of job.inputSources) {
      if (source.kind === "shared") inputSources.push({ ...source, samples: await share(source.samples) });
      else if (source.kind === "columns") inputSources.push({ ...source, data: await share(source.data) });
      else inputSources.push(source);
    }
    const initialStates: InitialState[] = [];
    for (const state of job.initialStates) initialStates.push({ ...state, values: await share(state.values) });
    return { ...job, model: withoutFunctions(job.model), values, inputSources, initialStates };
  };
  const posted: Job[] = [];
  for (const job of jobs) posted.push(await shareJob(job));
  return { ...task, jobs: posted };
}

async function shared(values: Float64Array, slice: TimeSlice): Promise<Float64Array> {
  const possible = typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
  if (!possible || values.byteLength < SMALL) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  for (let at = 0; at < values.length; at += PIECE) {
    copy.set(values.subarray(at, at + PIECE), at);
    if (slice.isOver) await slice.yieldToEventLoop();
  }
  return copy;
}

/** A model without functions, which a caller's object may have and which cannot be posted. */
function withoutFunctions(model: Model): Model {
  const copy = { ...model };
  for (const [key, value] of Object.entries(copy)) if (typeof value === "function") Reflect.deleteProperty(copy, key);
  return copy;
}
