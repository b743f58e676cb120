// The one fixed-step loop: drive the inputs, take a sample if it is due, step. A sample is the state before its step.
import { Block, Drive } from "./block";
import { remember } from "./delays";
import { both, bytes, PAIR } from "./math/lanes";
import { observe } from "./model";
import { fill, tellTime, time } from "./stepper";

/** Writes the present sample of each drive to its input row. */
export function drive(block: Block): void {
  const n = block.n;
  let at = block.drive;
  for (let i = 0, count = block.drives; i < count; i++, at += offsetof<Drive>()) {
    const d = changetype<Drive>(at);
    if (d.stride == sizeof<f64>()) fill(d.row, load<f64>(d.sample), n);
    else memory.copy(d.row, d.sample, bytes(1, n));
    const left = d.left - 1;
    if (left == 0) {
      d.sample += d.stride;
      d.left = d.hold;
    } else d.left = left;
  }
}

/** Copies the asked rows to the window; a NaN becomes the canonical one, so that no engine's payload reaches a result. */
export function take(block: Block): void {
  const size = bytes(1, block.n);
  if (block.observes) observe(block.t, block.y, block.out, block.p, block.n);
  const nan = both(NaN);
  let to = block.window;
  let at = block.take;
  for (const end = at + (<usize>block.takes << 2); at < end; at += 4) {
    const row = <usize>load<u32>(at);
    for (let i: usize = 0; i < size; i += PAIR, to += PAIR) {
      const v = v128.load(row + i);
      v128.store(to, v128.bitselect(v, nan, f64x2.eq(v, v)));
    }
  }
  block.window = to;
}

/** Takes `steps` steps of solver S. */
// @ts-ignore: decorator
@inline
export function integrate<S>(block: Block, steps: i32): void {
  const solver = changetype<S>(0);
  for (let i = 0; i < steps; i++) {
    drive(block);
    tellTime(block, time(block));
    if (block.reads != 0) remember(block);
    if (block.wait == 0) {
      take(block);
      block.wait = block.every;
    }
    block.wait--;
    solver.step(block);
    block.step++;
  }
}
