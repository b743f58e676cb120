// The pair of Dormand and Prince, order 5(4); Dormand, Prince 1980, J. Comput. Appl. Math. 6:19. Between steps, Shampine's quartic
// (1986, Math. Comput. 46:135), as SciPy has it.
import { AdaptiveBlock, DenseCoefficients, rowBytes, slopeRows, stateBytes } from "../adaptive/block";
import { EmbeddedPair } from "../adaptive/embedded-pair";
import { combine, errorNorm, slopeAt } from "../adaptive/stages";

@unmanaged
export class DormandPrince extends EmbeddedPair {
  // @ts-ignore: decorator
  @inline errorOrder(): f64 {
    return 4.0;
  }
  // @ts-ignore: decorator
  @inline evaluations(): f64 {
    return 6.0;
  }
  // @ts-ignore: decorator
  @inline lastSlope(): i32 {
    return 6;
  }

  /** Slopes 1 to 6, the new state, and the norm of its error. */
  // @ts-ignore: decorator
  @inline attempt(b: AdaptiveBlock): void {
    combine(b, b.wStage, 1.0 / 5.0);
    slopeAt(b, 1.0 / 5.0, b.wStage, slopeRows(b, 1));
    combine(b, b.wStage, 3.0 / 40.0, 9.0 / 40.0);
    slopeAt(b, 3.0 / 10.0, b.wStage, slopeRows(b, 2));
    combine(b, b.wStage, 44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0);
    slopeAt(b, 4.0 / 5.0, b.wStage, slopeRows(b, 3));
    combine(b, b.wStage, 19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0);
    slopeAt(b, 8.0 / 9.0, b.wStage, slopeRows(b, 4));
    combine(b, b.wStage, 9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0);
    slopeAt(b, 1.0, b.wStage, slopeRows(b, 5));
    combine(b, b.wYNew, 35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0);
    slopeAt(b, 1.0, b.wYNew, slopeRows(b, 6));
    errorNorm(b, -71.0 / 57600.0, 0.0, 71.0 / 16695.0, -71.0 / 1920.0, 17253.0 / 339200.0, -22.0 / 525.0, 1.0 / 40.0);
  }

  // @ts-ignore: decorator
  @inline prepareLane(b: AdaptiveBlock, lane: usize): void {
    quartics(b, lane);
  }
}

/** Writes the four numbers of each kept state's quartic: y + x (c0 + x (c1 + x (c2 + x c3))) at the share x of the step. */
function quartics(b: AdaptiveBlock, lane: usize): void {
  const h = load<f64>(b.wH + lane);
  const stride = stateBytes(b);
  let to = b.dense;
  for (let j = 0; j < b.keptCount; j++, to += offsetof<DenseCoefficients>()) {
    const k = b.wK + <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane;
    const k0 = load<f64>(k);
    const k2 = load<f64>(k + 2 * stride);
    const k3 = load<f64>(k + 3 * stride);
    const k4 = load<f64>(k + 4 * stride);
    const k5 = load<f64>(k + 5 * stride);
    const k6 = load<f64>(k + 6 * stride);
    store<f64>(to, h * k0);
    store<f64>(to, h * (-8048581381.0 / 2820520608.0 * k0 + 131558114200.0 / 32700410799.0 * k2 + -1754552775.0 / 470086768.0 * k3 +
      (127303824393.0 / 49829197408.0 * k4 + -282668133.0 / 205662961.0 * k5 + 40617522.0 / 29380423.0 * k6)), 8);
    store<f64>(to, h * (8663915743.0 / 2820520608.0 * k0 + -68118460800.0 / 10900136933.0 * k2 + 14199869525.0 / 1410260304.0 * k3 +
      (-318862633887.0 / 49829197408.0 * k4 + 2019193451.0 / 616988883.0 * k5 + -110615467.0 / 29380423.0 * k6)), 16);
    store<f64>(to, h * (-12715105075.0 / 11282082432.0 * k0 + 87487479700.0 / 32700410799.0 * k2 + -10690763975.0 / 1880347072.0 * k3 +
      (701980252875.0 / 199316789632.0 * k4 + -1453857185.0 / 822651844.0 * k5 + 69997945.0 / 29380423.0 * k6)), 24);
  }
}
