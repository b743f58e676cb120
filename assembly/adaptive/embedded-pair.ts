// What embedded pairs have in common whose last slope is the first of the next step, and whose dense output is a quartic of their slopes.
// No method below is given anew by a pair: that would make calls of them.
import { AdaptiveBlock } from "./block";
import { evaluateQuartics } from "./stages";

@unmanaged
export class EmbeddedPair {
  // @ts-ignore: decorator
  @inline denseEvaluations(): f64 {
    return 0.0;
  }
  // @ts-ignore: decorator
  @inline firstSameAsLast(): boolean {
    return true;
  }

  // @ts-ignore: decorator
  @inline prepareDenseOutput(b: AdaptiveBlock): void {}

  /** Writes the kept states of the lane at `lane` bytes of a row, at the share x of its step, a row of `row` bytes each. */
  // @ts-ignore: decorator
  @inline denseOutput(b: AdaptiveBlock, lane: usize, x: f64, to: usize, row: usize): void {
    evaluateQuartics(b, lane, x, to, row);
  }
}
