// What embedded pairs have in common whose last slope is the first of the next step, and whose dense output is a quartic of their slopes.
// No method below is given anew by a pair: that would make calls of them.
import { Adaptive } from "./block";
import { along } from "./stages";

@unmanaged
export class Pair {
  // @ts-ignore: decorator
  @inline denseCost(): f64 {
    return 0.0;
  }
  // @ts-ignore: decorator
  @inline keepsSlope(): boolean {
    return true;
  }

  // @ts-ignore: decorator
  @inline prepareDense(b: Adaptive): void {}

  /** Writes the kept states of the lane at `lane` bytes of a row, at the share x of its step. */
  // @ts-ignore: decorator
  @inline dense(b: Adaptive, lane: usize, x: f64, to: usize): void {
    along(b, lane, x, to);
  }
}
