// Door of noise.wasm.
export { brownian } from "./brownian";
export { laneSamples, sharedSamples } from "./samples";
export { ornsteinUhlenbeck } from "./ornstein-uhlenbeck";
export { philox } from "./philox";
