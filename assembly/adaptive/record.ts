// From the states of a chunk's samples to what each sample takes: all lanes are at the same time there.
import { both, PAIR } from "../math/lanes";
import { observe } from "../model";
import { AdaptiveBlock } from "./block";
import { writeInputsAt } from "./inputs";

/** A NaN becomes the canonical one, so that no engine's payload reaches a result. */
export function record(b: AdaptiveBlock): void {
  const size = <usize>b.n << 3;
  const nan = both(NaN);
  let to = b.window;
  let slot = b.samples;
  for (let k = b.sample; k < b.sampleEnd; k++, slot += <usize>b.keptCount * size) {
    const time = <f64>(b.firstSample + k) * b.samplingStep;
    if (b.inputCount) writeInputsAt(b, time);
    if (b.observes) {
      const t = both(time);
      for (let i: usize = 0; i < size * b.timeRows; i += PAIR) v128.store(b.t + i, t);
      observe(b.t, slot, b.out, b.p, b.n);
    }
    for (let j = 0; j < b.recordedCount; j++) {
      const entry = b.recorded + (<usize>j << 3);
      const from = load<u32>(entry) ? slot + <usize>load<u32>(entry, 4) * size : <usize>load<u32>(entry, 4);
      for (let i: usize = 0; i < size; i += PAIR, to += PAIR) {
        const v = v128.load(from + i);
        v128.store(to, v128.bitselect(v, nan, f64x2.eq(v, v)));
      }
    }
  }
}
