// Door of noise.wasm.
export { brownian } from "./brownian";
export { lanes, shared } from "./drive";
export { ornsteinUhlenbeck } from "./ornstein-uhlenbeck";
export { philox } from "./philox";
