// Translates functions of lane pairs without branches (assembly/math/pairs.ts) to graphs, which the compiler puts into fused loops:
// there is one source of each function, and both ways to run it have the same operations in the same order.
import { exportsOf, functionsOf, halvesOf, instructions, parameterCounts } from "./wasm.mjs";

/** SIMD instructions that functions use: name, by number. All take and leave vectors; those in `shifts` also take a number. */
const names = new Map([
  [71, "f64x2.eq"],
  [72, "f64x2.ne"],
  [73, "f64x2.lt"],
  [74, "f64x2.gt"],
  [75, "f64x2.le"],
  [76, "f64x2.ge"],
  [77, "not"],
  [78, "and"],
  [79, "andnot"],
  [80, "or"],
  [81, "xor"],
  [82, "bitselect"],
  [116, "ceil"],
  [117, "floor"],
  [122, "trunc"],
  [148, "nearest"],
  [161, "i32x4.neg"],
  [171, "i32x4.shl"],
  [172, "i32x4.shr_s"],
  [173, "i32x4.shr_u"],
  [174, "i32x4.add"],
  [177, "i32x4.sub"],
  [182, "i32x4.min_s"],
  [184, "i32x4.max_s"],
  [213, "i64x2.mul"],
  [193, "i64x2.neg"],
  [203, "i64x2.shl"],
  [204, "i64x2.shr_s"],
  [205, "i64x2.shr_u"],
  [206, "i64x2.add"],
  [209, "i64x2.sub"],
  [228, "f32x4.add"],
  [229, "f32x4.sub"],
  [230, "f32x4.mul"],
  [231, "f32x4.div"],
  [234, "f32x4.pmin"],
  [235, "f32x4.pmax"],
  [236, "abs"],
  [237, "neg"],
  [239, "sqrt"],
  [240, "add"],
  [241, "sub"],
  [242, "mul"],
  [243, "div"],
  [244, "min"],
  [245, "max"],
  [246, "pmin"],
  [247, "pmax"],
]);
const operands = new Map([
  ...["not", "ceil", "floor", "trunc", "nearest", "i32x4.neg", "i64x2.neg", "abs", "neg", "sqrt"].map((name) => [name, 1]),
  ["bitselect", 3],
]);
const shifts = new Set(["i32x4.shl", "i32x4.shr_s", "i32x4.shr_u", "i64x2.shl", "i64x2.shr_s", "i64x2.shr_u"]);

/** A number of a signed LEB128 that ends at `end` and begins at `start`. */
function signedAt(bytes, start, end) {
  let value = 0;
  let shift = 0;
  for (let at = start; at < end; at++, shift += 7) value |= (bytes[at] & 127) << shift;
  return (value << (32 - shift)) >> (32 - shift);
}

const asNumber = (bits) => new Float64Array(new BigUint64Array([bits]).buffer)[0];

/** A constant as text: `=` and the number in both lanes, or `#` and their bits. */
function constantText([low, high]) {
  const number = asNumber(low);
  if (low === high && !Number.isNaN(number)) return `=${Object.is(number, -0) ? "-0" : number}`;
  return low === high ? `#${low.toString(16)}` : `#${low.toString(16)},${high.toString(16)}`;
}

/**
 * The graph of one function as text: values apart by spaces, each a constant or a name with the numbers of its operands, and last of all the
 * number of the result. Arguments are the first values. Throws where the function is not straight.
 */
function graphOf(name, bytes, { locals, start, end }, parameters) {
  const values = [];
  const known = new Map();
  const stack = [];
  const variables = Array.from({ length: parameters }, (_, i) => i);
  const zero = () => add("=0");
  const add = (text) => {
    if (!known.has(text)) known.set(text, parameters + values.push(text) - 1);
    return known.get(text);
  };
  for (const { count } of locals) for (let i = 0; i < count; i++) variables.push(undefined);
  for (const each of instructions(bytes, start, end)) {
    const { op, sub } = each;
    if (op === 0x20) stack.push(variables[bytes[each.start + 1]] ?? zero());
    else if (op === 0x21) variables[bytes[each.start + 1]] = stack.pop();
    else if (op === 0x22) variables[bytes[each.start + 1]] = stack.at(-1);
    else if (op === 0x41) stack.push({ shift: signedAt(bytes, each.start + 1, each.end) });
    else if (op === 0xfd && sub === 12) stack.push(add(constantText(halvesOf(bytes, each))));
    else if (op === 0xfd && names.has(sub)) {
      const instruction = names.get(sub);
      const shift = shifts.has(instruction) ? `<${stack.pop().shift}` : "";
      const count = shift === "" ? (operands.get(instruction) ?? 2) : 1;
      const args = stack.splice(stack.length - count);
      stack.push(add(`${instruction}:${args.join()}${shift}`));
    } else throw new Error(`${name} has the instruction ${op} ${sub ?? ""}, which no graph has`);
  }
  return [...values, stack.pop()].join(" ");
}

/** The TypeScript module with the graphs of all functions that `bytes` exports. */
export function pairModule(bytes) {
  const functions = functionsOf(bytes);
  const parameters = parameterCounts(bytes);
  const graphs = exportsOf(bytes).map(({ name, index }) => `  ${name}: "${graphOf(name, bytes, functions[index], parameters[index])}",`);
  return `// Made by scripts/pairs.mjs from assembly/math/pairs.ts: do not edit.\n\nexport const pairFunctions: Readonly<Record<string, string>> = {\n${graphs.sort().join("\n")}\n};\n`;
}
