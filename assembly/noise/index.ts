// Door of noise.wasm.
export { brownian } from "./brownian";
export { laneSamples, sharedSamples } from "./samples";
export { ornsteinUhlenbeck } from "./ornstein-uhlenbeck";
export { quantiles } from "./normal";
export { encrypt, writeKeys } from "./philox";
