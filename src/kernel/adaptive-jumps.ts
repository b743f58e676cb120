import type { AdaptiveJob } from "../sweep/job.ts";
import { type AdaptiveLayout, JUMPS_AHEAD } from "./adaptive-layout.ts";
import { type Jump, JumpTimes } from "./jump-times.ts";
import * as structs from "./structs.generated.ts";
import { readField, writeField, writeStruct } from "./structs.ts";

/** What stands behind the last jump. */
const NEVER: Jump = { last: Number.POSITIVE_INFINITY, first: Number.POSITIVE_INFINITY };

/** Attempts that may be made before jumps are to be written again: each passes one jump at most. */
export const ATTEMPTS_AHEAD = JUMPS_AHEAD - 2;

/** One lane's jumps: which are written already, and whether there are more. */
interface LaneJumps {
  times: JumpTimes;
  ahead: Jump[];
  isEnd: boolean;
}

/** The jumps at known times of the lanes of a block, written ahead of where the lanes are. */
export class BlockJumps {
  readonly #lanes: LaneJumps[];
  readonly #at: AdaptiveLayout;
  readonly #memory: WebAssembly.Memory;

  /** The block's parameters are in place. A lane whose equations jump at time 0 itself begins behind that. */
  constructor(job: AdaptiveJob, at: AdaptiveLayout, lanes: number, memory: WebAssembly.Memory) {
    this.#at = at;
    this.#memory = memory;
    const { timeProgram } = job.model;
    const p = new Float64Array(memory.buffer, at.p);
    this.#lanes = Array.from({ length: timeProgram ? lanes : 0 }, (_, lane): LaneJumps => {
      const program = timeProgram ?? { operations: [], switches: [] };
      const times = new JumpTimes(program, (row) => p[row * at.n + lane], job.adaptive.simulationTime);
      return { times, ahead: [], isEnd: false };
    });
    this.#lanes.forEach((each, lane) => {
      this.#fill(each);
      if (each.ahead[0]?.last !== 0) return;
      writeField(this.#view(), this.#laneAt(lane), structs.Lane, "t", each.ahead[0].first);
      each.ahead.shift();
    });
    const view = this.#view();
    for (let lane = 0; timeProgram && lane < at.n; lane++) {
      this.#write(view, lane, this.#lanes[lane]?.ahead ?? []);
    }
  }

  /** Writes the jumps that lanes may come to in the next attempts. */
  write(): void {
    const view = this.#view();
    this.#lanes.forEach((each, lane) => {
      const passed = readField(view, this.#laneAt(lane), structs.Lane, "jump");
      if (passed === 0) return;
      each.ahead.splice(0, passed);
      this.#fill(each);
      this.#write(view, lane, each.ahead);
      writeField(view, this.#laneAt(lane), structs.Lane, "jump", 0);
    });
  }

  #view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  #laneAt(lane: number): number {
    return this.#at.lanes + lane * structs.Lane.size;
  }

  #fill(lane: LaneJumps): void {
    while (!lane.isEnd && lane.ahead.length < JUMPS_AHEAD - 1) {
      const jump = lane.times.next();
      if (jump) lane.ahead.push(jump);
      else lane.isEnd = true;
    }
  }

  #write(view: DataView, lane: number, jumps: readonly Jump[]): void {
    const { size } = structs.Jump;
    const first = this.#at.jumps + lane * JUMPS_AHEAD * size;
    [...jumps, NEVER].forEach((jump, i) => {
      writeStruct(view, first + i * size, structs.Jump, { ...jump });
    });
  }
}
