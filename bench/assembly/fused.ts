// The rival of the seam: Euler and the Jansen-Rit right-hand side compiled as one module, with the same code in one loop.
import { Block } from "../../assembly/block";
import { rhs } from "../../assembly/models/jansen-rit";
import { advance, bytes, fill, time } from "../../assembly/stepper";

export { derive } from "../../assembly/models/jansen-rit";

/** `steps` Euler steps with one shared sample a step at `samples`, which drives the row `u`. */
export function euler(at: usize, steps: i32, samples: usize, u: usize): void {
  const block = changetype<Block>(at);
  const n = block.n;
  for (let i = 0; i < steps; i++, samples += 8) {
    fill(u, load<f64>(samples), n);
    fill(block.t, time(block), n);
    rhs(block.t, block.y, block.dy, block.p, n);
    advance(block.y, block.y, block.h, block.dy, bytes(block.states, n));
    block.step++;
  }
}
