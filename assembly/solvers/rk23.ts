// The pair of Bogacki and Shampine, order 3(2); Bogacki, Shampine 1989, Appl. Math. Lett. 2:321. Between steps, the cubic of Hermite.
import { AdaptiveBlock, DenseCoefficients, rowBytes, slopeRows, stateBytes } from "../adaptive/block";
import { EmbeddedPair } from "../adaptive/embedded-pair";
import { combine, errorNorm, slopeAt } from "../adaptive/stages";

@unmanaged
export class BogackiShampine extends EmbeddedPair {
  // @ts-ignore: decorator
  @inline errorOrder(): f64 {
    return 2.0;
  }
  // @ts-ignore: decorator
  @inline evaluations(): f64 {
    return 3.0;
  }
  // @ts-ignore: decorator
  @inline lastSlope(): i32 {
    return 3;
  }

  /** Slopes 1 to 3, the new state, and the norm of its error. */
  // @ts-ignore: decorator
  @inline attempt(b: AdaptiveBlock): void {
    combine(b, b.wStage, 0.5);
    slopeAt(b, 0.5, b.wStage, slopeRows(b, 1));
    combine(b, b.wStage, 0.0, 0.75);
    slopeAt(b, 0.75, b.wStage, slopeRows(b, 2));
    combine(b, b.wYNew, 2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0);
    slopeAt(b, 1.0, b.wYNew, slopeRows(b, 3));
    errorNorm(b, 5.0 / 72.0, -1.0 / 12.0, -1.0 / 9.0, 1.0 / 8.0);
  }

  // @ts-ignore: decorator
  @inline prepareLane(b: AdaptiveBlock, lane: usize): void {
    cubics(b, lane);
  }
}

/** Writes the four numbers of each kept state's cubic: y + x (c0 + x (c1 + x (c2 + x c3))) at the share x of the step, with c3 = 0. */
function cubics(b: AdaptiveBlock, lane: usize): void {
  const h = load<f64>(b.wH + lane);
  const stride = stateBytes(b);
  let to = b.dense;
  for (let j = 0; j < b.keptCount; j++, to += offsetof<DenseCoefficients>()) {
    const k = b.wK + <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane;
    const k0 = load<f64>(k);
    const k1 = load<f64>(k + stride);
    const k2 = load<f64>(k + 2 * stride);
    const k3 = load<f64>(k + 3 * stride);
    store<f64>(to, h * k0);
    store<f64>(to, h * (-4.0 / 3.0 * k0 + k1 + (4.0 / 3.0 * k2 - k3)), 8);
    store<f64>(to, h * (5.0 / 9.0 * k0 + -2.0 / 3.0 * k1 + (-8.0 / 9.0 * k2 + k3)), 16);
    store<f64>(to, 0.0, 24);
  }
}
