import { rootOf, wholePower } from "./exact-functions.ts";

/** Of the intervals, no more than this part may stand where nothing happens, and none is wider than its share of them. */
const REST = 0.05;

/**
 * A mesh on which every interval has the same share of an estimate of the error: the derivative one above the polynomials' degree, by
 * differences of their highest ones between neighbours, to the power 1 / (degree + 1) (de Boor 1973; Ascher, Mattheij & Russell 1988).
 *
 * @param scales what a state is measured by
 */
export function adaptedMesh(mesh: Float64Array, nodes: Float64Array, scales: Float64Array, intervals = mesh.length - 1): Float64Array {
  const density = errorDensity(mesh, nodes, scales);
  let total = 0;
  for (let j = 0; j < density.length; j++) total += density[j] * (mesh[j + 1] - mesh[j]);
  if (!(total > 0 && Number.isFinite(total))) return Float64Array.from({ length: intervals + 1 }, (_, j) => j / intervals);
  const sums = new Float64Array(mesh.length);
  for (let j = 0; j < density.length; j++) sums[j + 1] = sums[j] + (density[j] + REST * total) * (mesh[j + 1] - mesh[j]);
  return inverted(mesh, sums, intervals);
}

/** Times at which a sum that grows linearly between those of a mesh has equal parts. */
function inverted(mesh: Float64Array, sums: Float64Array, intervals: number): Float64Array {
  const out = new Float64Array(intervals + 1);
  out[intervals] = 1;
  let j = 0;
  for (let i = 1; i < intervals; i++) {
    const wanted = (sums[sums.length - 1] * i) / intervals;
    while (sums[j + 1] < wanted) j++;
    out[i] = mesh[j] + ((wanted - sums[j]) / (sums[j + 1] - sums[j])) * (mesh[j + 1] - mesh[j]);
  }
  return out;
}

function errorDensity(mesh: Float64Array, nodes: Float64Array, scales: Float64Array): Float64Array {
  const [count, size] = [mesh.length - 1, scales.length];
  const degree = (nodes.length / size - 1) / count;
  const highest = highestDerivatives(mesh, nodes, size, degree);
  const jumps = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const next = (j + 1) % count;
    const distance = (mesh[j + 1] - mesh[j] + mesh[next + 1] - mesh[next]) / 2;
    let sum = 0;
    for (let c = 0; c < size; c++) sum += Math.abs(highest[next * size + c] - highest[j * size + c]) / scales[c];
    jumps[j] = rootOf(sum / distance, degree + 1);
  }
  return jumps.map((jump, j) => (jump + jumps[(j + count - 1) % count]) / 2);
}

/** The derivative of the polynomials' degree, which is constant in each interval. */
function highestDerivatives(mesh: Float64Array, nodes: Float64Array, size: number, degree: number): Float64Array {
  const out = new Float64Array((mesh.length - 1) * size);
  for (let j = 0; j < mesh.length - 1; j++) {
    let binomial = degree % 2 === 0 ? 1 : -1;
    const scale = wholePower(degree / (mesh[j + 1] - mesh[j]), degree);
    for (let k = 0; k <= degree; k++) {
      for (let c = 0; c < size; c++) out[j * size + c] += scale * binomial * nodes[(j * degree + k) * size + c];
      binomial *= -(degree - k) / (k + 1);
    }
  }
  return out;
}
