// Functions of one pair of lanes, without branches: the build translates them to graphs (scripts/pairs.mjs), so that a fused loop computes
// them in place; those named fused are for loops whose products and sums round once,
// and those named single take four lanes of f32. sin, cos and tan are those of arguments that are not far.
import { acos } from "./acos";
import { asin } from "./asin";
import { atan } from "./atan";
import { cbrt } from "./cbrt";
import { cosh } from "./cosh";
import { erf } from "./erf";
import { exp } from "./exp";
import { expm1 } from "./expm1";
import { exprel } from "./exprel";
import { log } from "./log";
import { log10 } from "./log10";
import { log1p } from "./log1p";
import { pow } from "./pow";
import { fusedSigmoid, sigmoid } from "./sigmoid";
import { fusedSingleSigmoid, singleExp, singleSigmoid } from "./single";
import { sinh } from "./sinh";
import { tanh } from "./tanh";
import { COSINE, isFar, nearTrig, SINE, TANGENT } from "./trig";

export { acos, asin, atan, cbrt, cosh, erf, exp, expm1, exprel, fusedSigmoid, fusedSingleSigmoid, isFar, log, log10, log1p, pow, sigmoid, singleExp, singleSigmoid, sinh, tanh };

export function cos(x: v128): v128 {
  return nearTrig(x, COSINE);
}

export function sin(x: v128): v128 {
  return nearTrig(x, SINE);
}

export function tan(x: v128): v128 {
  return nearTrig(x, TANGENT);
}
