// Door of noise.wasm.
export { lanes, shared } from "./drive";
export { philox } from "./philox";
