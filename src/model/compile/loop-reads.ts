import type { Code } from "./code.ts";
import { LANE, type LoopFrame, SCRATCH, ZEROS } from "./loop-frame.ts";
import { PAIR } from "./loop-lanes.ts";

/** Locals of a delayed value at one of the stages: rows between which it lies, and how far between. */
interface Read {
  lower: number;
  upper: number;
  share: number;
}

/**
 * Reads values of the past as assembly/delays.ts does, once step 0 has left what delay lines hold at the start. Delays are no shorter than
 * a step, so that each value lies in the slots that are written, that of the present step before its stages, or before the start.
 */
export class LoopReads {
  readonly #frame: LoopFrame;
  readonly #code: Code;
  /** Steps from the start to a value, and back to one before it; of these, whole ones, no more than the past has. */
  readonly #position: number;
  readonly #before: number;
  readonly #whole: number;
  readonly #found = new Map<number, Read>();
  /** Of a lane that is late by its own. */
  readonly #own: Read & { value: number };

  constructor(frame: LoopFrame) {
    const { code } = frame;
    this.#frame = frame;
    this.#code = code;
    this.#position = code.local("f64");
    this.#before = code.local("f64");
    this.#whole = code.local("f64");
    this.#own = { lower: code.local("i32"), upper: code.local("i32"), share: code.local("f64"), value: code.local("f64") };
  }

  /** Finds the rows between which value number `value` of a step lies, where it is equally late in all lanes: delayed value `row`, c steps on. */
  locate(value: number, row: number, c: number): void {
    const code = this.#code;
    const read = this.#found.get(value) ?? { lower: code.local("i32"), upper: code.local("i32"), share: code.local("f64") };
    this.#found.set(value, read);
    this.#frame.item("delayed", row, "uniform");
    code.when(() => {
      this.#frame.item("delayed", row, "delay");
      this.#findRows(read, row, { delay: 0, c });
    });
  }

  /** Finds the rows of delayed value `row` where a delay stands, so many bytes behind the address on the stack. */
  #findRows(read: Read, row: number, { delay, c }: { delay: number; c: number }): void {
    const code = this.#code;
    const { now, offset } = this.#frame;
    code.set(read.lower);
    code.get(now).do("f64.convert_i32_s");
    if (c !== 0) code.number(c).do("f64.add");
    code.get(read.lower).load("f64.load", delay).do("f64.sub").tee(this.#position).number(0).do("f64.lt");
    code.choose(
      "i32",
      () => {
        this.#frame.item("delayed", row, "past").int(0).do("i32.ge_s");
        code.choose(
          "i32",
          () => this.#given(row, read),
          () => this.#unknown(row, read),
        );
      },
      () => this.#line(row, read),
    );
    code.get(offset).do("i32.add").set(read.lower);
    code.get(read.upper).get(offset).do("i32.add").set(read.upper);
  }

  /** Leaves the row of the slot below the position. */
  #line(row: number, { upper, share }: Read): void {
    const code = this.#code;
    const rowOfSlot = () => {
      this.#frame.slot();
      this.#frame.item("delayed", row, "line").do("i32.add");
    };
    code.get(this.#position).get(this.#position).do("f64.floor").do("f64.sub").set(share);
    code.get(this.#position).do("f64.floor").do("i32.trunc_f64_s").tee(upper);
    rowOfSlot();
    code.get(upper).int(1).do("i32.add");
    rowOfSlot();
    code.set(upper);
  }

  /** Leaves the row of the past, where it is given: its last slot holds for all earlier times. */
  #given(row: number, { upper, share }: Read): void {
    const code = this.#code;
    const last = () => this.#frame.field("pastLast").do("f64.convert_i32_s");
    code.get(this.#position).do("f64.neg").tee(this.#before).do("f64.floor");
    last().do("f64.min").set(this.#whole);
    code.get(this.#before).get(this.#whole).do("f64.sub").number(0).get(this.#whole);
    last().do("f64.ne").do("f64.select").set(share);
    code.get(this.#whole).do("i32.trunc_f64_s");
    this.#frame.field("pastBytes").do("i32.mul");
    this.#frame.field("past").do("i32.add");
    this.#frame.item("delayed", row, "past").do("i32.add").tee(upper);
    code.get(upper);
    this.#frame.field("pastBytes").do("i32.add").set(upper);
  }

  /** Leaves the row of what held before the start, where nothing else is known: that of the start, or zeros. */
  #unknown(row: number, { upper, share }: Read): void {
    const code = this.#code;
    code.number(0).set(share);
    this.#frame.item("delayed", row, "startHeld");
    code.choose(
      "i32",
      () => {
        this.#frame.field("start");
        this.#frame.item("delayed", row, "line").do("i32.add");
      },
      () => {
        code
          .get(SCRATCH)
          .int(ZEROS * PAIR)
          .do("i32.add")
          .get(this.#frame.offset)
          .do("i32.sub");
      },
    );
    code.tee(upper);
  }

  /** Leaves the value of the pair that is so many bytes behind the first lane of the turn; `scratch` is a local of a vector. */
  read(value: number, { row, c }: { row: number; c: number }, pair: number, scratch: number): void {
    const code = this.#code;
    const found = this.#found.get(value);
    if (!found) throw new Error("the compiler has not located a delayed value");
    this.#frame.item("delayed", row, "uniform");
    code.choose(
      "v128",
      () => {
        code.get(found.lower).load("v128.load", pair).set(scratch);
        code.get(found.share).number(0).do("f64.ne");
        code.choose(
          "v128",
          () => {
            code.get(scratch).get(found.share).do("f64x2.splat");
            code.get(found.upper).load("v128.load", pair).get(scratch).do("sub").do("mul").do("add");
          },
          () => code.get(scratch),
        );
      },
      () => {
        this.#lane(row, c, pair);
        code.do("f64x2.splat");
        this.#lane(row, c, pair + LANE);
        code.replaceLane(1);
      },
    );
  }

  /** Leaves a value of the lane that is so many bytes behind the first of the turn. */
  #lane(row: number, c: number, lane: number): void {
    const code = this.#code;
    const { lower, upper, share, value } = this.#own;
    this.#frame.item("delayed", row, "delay").get(this.#frame.offset).do("i32.add");
    this.#findRows(this.#own, row, { delay: lane, c });
    code.get(lower).load("f64.load", lane).set(value);
    code.get(share).number(0).do("f64.ne");
    code.choose(
      "f64",
      () => code.get(value).get(share).get(upper).load("f64.load", lane).get(value).do("f64.sub").do("f64.mul").do("f64.add"),
      () => code.get(value),
    );
  }
}
