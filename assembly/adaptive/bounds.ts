// Bounds of states where each lane steps alone: accepted steps end within them, and so are samples between.
import { boundAt, clipRow } from "../bounds";
import { AdaptiveBlock, laneOf, rowBytes, STALE } from "./block";

/** Puts the new states of accepted attempts, those of the mask, within bounds; a lane that is moved needs its first slope anew. */
export function clipAccepted(b: AdaptiveBlock): void {
  for (let j = 0; j < b.boundCount; j++) {
    const bound = boundAt(b.bounds, j);
    const row = b.wYNew + <usize>bound.state * rowBytes(b);
    for (let i = 0; i < b.count; i++) {
      const lane = <usize>i << 3;
      if (load<u64>(b.wMask + lane) == 0) continue;
      const value = load<f64>(row + lane);
      const clipped = min(max(value, bound.low), bound.high);
      if (clipped == value || value - value != 0.0) continue;
      store<f64>(row + lane, clipped);
      laneOf(b, i).flags |= STALE;
    }
  }
}

/** Puts the kept states of one sample within bounds: the polynomial between two steps knows of none. */
export function clipSample(b: AdaptiveBlock, states: usize, size: usize): void {
  for (let j = 0; j < b.boundCount; j++) {
    const bound = boundAt(b.bounds, j);
    if (bound.kept >= 0) clipRow(states + <usize>bound.kept * size, size, bound);
  }
}
