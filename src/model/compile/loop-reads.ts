import { LANE, type LoopFrame, PAIR } from "./loop-frame.ts";

/** Locals of a delayed value at one of the stages: rows between which it lies, and how far between. */
interface Read {
  lower: number;
  upper: number;
  share: number;
}

/**
 * Reads values of the past as assembly/delays.ts does, at positions that are not before the start. Delays are no shorter than a step, so that each value lies
 * in the slots that are written: that of the present step is, before its stages.
 */
export class LoopReads {
  readonly #frame: LoopFrame;
  readonly #position: number;
  readonly #found = new Map<number, Read>();

  constructor(frame: LoopFrame) {
    this.#frame = frame;
    this.#position = frame.code.local("f64");
  }

  /** Finds the rows between which value number `value` of a step lies, where it is equally late in all lanes: delayed value `row`, c steps on. */
  locate(value: number, row: number, c: number): void {
    const { code, offset } = this.#frame;
    const read = this.#found.get(value) ?? { lower: code.local("i32"), upper: code.local("i32"), share: code.local("f64") };
    this.#found.set(value, read);
    this.#frame.item("delayed", row, "uniform");
    code.when(() => {
      const at = code.local("i32");
      this.#frame.item("delayed", row, "delay").set(at);
      this.#setPosition(at, 0, c);
      const line = () => this.#frame.item("delayed", row, "line").do("i32.add").get(offset).do("i32.add");
      code.get(this.#position).do("f64.floor").do("i32.trunc_f64_s").tee(read.upper);
      this.#frame.slot();
      line().set(read.lower);
      code.get(this.#position).get(this.#position).do("f64.floor").do("f64.sub").set(read.share);
      code.get(read.upper).int(1).do("i32.add");
      this.#frame.slot();
      line().set(read.upper);
    });
  }

  /** Sets the position, in steps, at which a value is that is late by the number at an address. */
  #setPosition(address: number, offset: number, c: number): void {
    const { code, now } = this.#frame;
    code.get(now).do("f64.convert_i32_s");
    if (c !== 0) code.number(c).do("f64.add");
    code.get(address).load("f64.load", offset).do("f64.sub").set(this.#position);
  }

  /** Leaves the value of pair k of the turn; `scratch` is a local of a vector. */
  read(value: number, { row, c }: { row: number; c: number }, k: number, scratch: number): void {
    const { code } = this.#frame;
    const found = this.#found.get(value);
    if (!found) throw new Error("the compiler has not located a delayed value");
    this.#frame.item("delayed", row, "uniform");
    code.choose(
      "v128",
      () => {
        code
          .get(found.lower)
          .load("v128.load", k * PAIR)
          .set(scratch);
        code.get(found.share).number(0).do("f64.ne");
        code.choose(
          "v128",
          () => {
            code.get(scratch).get(found.share).do("f64x2.splat");
            code
              .get(found.upper)
              .load("v128.load", k * PAIR)
              .get(scratch)
              .do("sub")
              .do("mul")
              .do("add");
          },
          () => code.get(scratch),
        );
      },
      () => {
        this.#lane(row, c, k * PAIR);
        code.do("f64x2.splat");
        this.#lane(row, c, k * PAIR + LANE);
        code.replaceLane(1);
      },
    );
  }

  /** Leaves a value of the lane that is so many bytes behind the first of the turn. */
  #lane(row: number, c: number, lane: number): void {
    const { code, offset } = this.#frame;
    const at = code.local("i32");
    const lower = code.local("f64");
    this.#frame.item("delayed", row, "delay").get(offset).do("i32.add").set(at);
    this.#setPosition(at, lane, c);
    const stepBehind = (further: number) => {
      code.get(this.#position).do("f64.floor").do("i32.trunc_f64_s").int(further).do("i32.add");
      this.#frame.slot();
      this.#frame.item("delayed", row, "line").do("i32.add").get(offset).do("i32.add").load("f64.load", lane);
    };
    const share = () => code.get(this.#position).get(this.#position).do("f64.floor").do("f64.sub");
    stepBehind(0);
    code.set(lower);
    share().number(0).do("f64.ne");
    code.choose(
      "f64",
      () => {
        code.get(lower);
        share();
        stepBehind(1);
        code.get(lower).do("f64.sub").do("f64.mul").do("f64.add");
      },
      () => code.get(lower),
    );
  }
}
