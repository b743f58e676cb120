// The coefficients of the solvers with fixed steps, each once: the sources of the methods stand at the heads of their files in solvers/.
// The build gives these constants, as they are written, to the compiler of fused loops (scripts/structs.mjs), which takes the same steps.
// c: the time of a stage, in steps; a: the weight of a slope in a stage; b: in the step. A method whose slopes are added up with whole
// weights has the part of the step by which their sum is multiplied as `scale`, or what the step is divided by as `over`.

export const heun_scale: f64 = 0.5;

export const midpoint_c2: f64 = 0.5;

export const ralston_c2: f64 = 2.0 / 3.0;
export const ralston_b2: f64 = 3.0;
export const ralston_scale: f64 = 0.25;

export const rk4_c2: f64 = 0.5;
export const rk4_c3: f64 = 0.5;
export const rk4_over: f64 = 6.0;

export const rk5_c2: f64 = 0.2;
export const rk5_c3: f64 = 0.3;
export const rk5_a31: f64 = 3.0 / 40.0;
export const rk5_a32: f64 = 9.0 / 40.0;
export const rk5_c4: f64 = 0.8;
export const rk5_a41: f64 = 44.0 / 45.0;
export const rk5_a42: f64 = -56.0 / 15.0;
export const rk5_a43: f64 = 32.0 / 9.0;
export const rk5_c5: f64 = 8.0 / 9.0;
export const rk5_a51: f64 = 19372.0 / 6561.0;
export const rk5_a52: f64 = -25360.0 / 2187.0;
export const rk5_a53: f64 = 64448.0 / 6561.0;
export const rk5_a54: f64 = -212.0 / 729.0;
export const rk5_a61: f64 = 9017.0 / 3168.0;
export const rk5_a62: f64 = -355.0 / 33.0;
export const rk5_a63: f64 = 46732.0 / 5247.0;
export const rk5_a64: f64 = 49.0 / 176.0;
export const rk5_a65: f64 = -5103.0 / 18656.0;
export const rk5_b1: f64 = 35.0 / 384.0;
export const rk5_b3: f64 = 500.0 / 1113.0;
export const rk5_b4: f64 = 125.0 / 192.0;
export const rk5_b5: f64 = -2187.0 / 6784.0;
export const rk5_b6: f64 = 11.0 / 84.0;
