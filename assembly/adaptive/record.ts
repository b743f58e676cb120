// From the kept states at a chunk's samples to the recorded variables: at a sample, all lanes are at the same time.
import { both, PAIR } from "../math/lanes";
import { observe } from "../model";
import { AdaptiveBlock, RecordedRow } from "./block";
import { clipSample } from "./bounds";
import { writeInputsAt } from "./inputs";

/** Records the chunk's samples in the window; a NaN becomes the canonical one, so that results are identical for any engine. */
export function record(b: AdaptiveBlock): void {
  const size = <usize>b.n << 3;
  const nan = both(NaN);
  let to = b.window;
  let states = b.samples;
  for (let k = b.sample; k < b.sampleEnd; k++, states += <usize>b.keptCount * size) {
    const time = <f64>(b.firstSample + k) * b.samplingStep;
    if (b.inputCount) writeInputsAt(b, time);
    if (b.boundCount) clipSample(b, states, size);
    if (b.observes) {
      const t = both(time);
      for (let i: usize = 0; i < size * b.timeRows; i += PAIR) v128.store(b.t + i, t);
      observe(b.t, states, b.out, b.p, b.n);
    }
    for (let j = 0; j < b.recordedCount; j++) {
      const row = changetype<RecordedRow>(b.recorded + <usize>j * offsetof<RecordedRow>());
      const from = row.isState ? states + row.source * size : row.source;
      for (let i: usize = 0; i < size; i += PAIR, to += PAIR) {
        const v = v128.load(from + i);
        v128.store(to, v128.bitselect(v, nan, f64x2.eq(v, v)));
      }
    }
  }
}
