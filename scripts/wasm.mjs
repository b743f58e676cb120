// Reads WebAssembly: the functions of a module, instruction by instruction; and hoists vector constants.

/** An unsigned LEB128 number at `at`: its value and where it ends. */
function unsignedAt(bytes, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return { value, end: at };
  }
}

/** Where a signed LEB128 number at `at` ends. */
function signedEnd(bytes, at) {
  while (bytes[at++] >= 128);
  return at;
}

/** A number in unsigned LEB128. */
export function unsigned(value) {
  const bytes = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

const SIMD = 0xfd;
const BULK = 0xfc;
const V128_CONST = 12;

/** Where the immediates of an instruction end, which begin at `at`. */
function immediatesEnd(bytes, op, at) {
  const leb = (from) => unsignedAt(bytes, from).end;
  if (op === 0x02 || op === 0x03 || op === 0x04) return signedEnd(bytes, at);
  if (op === 0x0c || op === 0x0d || op === 0x10 || (op >= 0x20 && op <= 0x24)) return leb(at);
  if (op === 0x0e) {
    const { value, end } = unsignedAt(bytes, at);
    let next = end;
    for (let i = 0; i <= value; i++) next = leb(next);
    return next;
  }
  if (op === 0x11) return leb(leb(at));
  if (op >= 0x28 && op <= 0x3e) return leb(leb(at));
  if (op === 0x3f || op === 0x40) return at + 1;
  if (op === 0x41 || op === 0x42) return signedEnd(bytes, at);
  if (op === 0x43) return at + 4;
  if (op === 0x44) return at + 8;
  if (op === BULK) {
    const { value, end } = unsignedAt(bytes, at);
    if (value < 8) return end;
    if (value === 10) return end + 2;
    if (value === 11) return end + 1;
    throw new Error(`instruction 0xfc ${value} is not known here`);
  }
  if (op === SIMD) {
    const { value, end } = unsignedAt(bytes, at);
    if (value <= 11 || value === 92 || value === 93) return leb(leb(end));
    if (value === V128_CONST || value === 13) return end + 16;
    if (value >= 21 && value <= 34) return end + 1;
    if (value >= 84 && value <= 91) return leb(leb(end)) + 1;
    return end;
  }
  return at;
}

/** The instructions of a function's code: opcode, number behind a prefix, and the bytes of each. */
export function instructions(bytes, start, end) {
  const found = [];
  for (let at = start; at < end; ) {
    const op = bytes[at];
    const next = immediatesEnd(bytes, op, at + 1);
    const sub = op === SIMD || op === BULK ? unsignedAt(bytes, at + 1).value : undefined;
    found.push({ op, sub, start: at, end: next });
    at = next;
  }
  return found;
}

/** The sections of a module: id, and where the content begins and ends. */
export function sectionsOf(bytes) {
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const { value, end } = unsignedAt(bytes, at + 1);
    found.push({ id, start: end, end: end + value });
    at = end + value;
  }
  return found;
}

const CODE = 10;
const EXPORT = 7;

/** The bodies of a module's functions: groups of locals, where the code begins and where it ends, its `end` left out. */
export function functionsOf(bytes) {
  const { start } = sectionsOf(bytes).find(({ id }) => id === CODE);
  const { value: count, end } = unsignedAt(bytes, start);
  let at = end;
  return Array.from({ length: count }, () => {
    const size = unsignedAt(bytes, at);
    const groups = unsignedAt(bytes, size.end);
    let next = groups.end;
    const locals = Array.from({ length: groups.value }, () => {
      const { value, end } = unsignedAt(bytes, next);
      next = end + 1;
      return { count: value, type: bytes[end] };
    });
    at = size.end + size.value;
    return { locals, start: next, end: at - 1 };
  });
}

/** Names of exported functions, with their numbers. */
export function exportsOf(bytes) {
  const { start } = sectionsOf(bytes).find(({ id }) => id === EXPORT);
  const { value: count, end } = unsignedAt(bytes, start);
  let at = end;
  return Array.from({ length: count }, () => {
    const name = unsignedAt(bytes, at);
    at = name.end + name.value;
    const text = new TextDecoder().decode(bytes.subarray(name.end, at));
    const index = unsignedAt(bytes, at + 1);
    at = index.end;
    return { name: text, index: index.value };
  });
}

/** Parameters of each function that a module defines. */
export function parameterCounts(bytes) {
  const types = sectionsOf(bytes).find(({ id }) => id === 1);
  let { value: count, end: at } = unsignedAt(bytes, types.start);
  const parameters = Array.from({ length: count }, () => {
    const params = unsignedAt(bytes, at + 1);
    const results = unsignedAt(bytes, params.end + params.value);
    at = results.end + results.value;
    return params.value;
  });
  const functions = sectionsOf(bytes).find(({ id }) => id === 3);
  ({ value: count, end: at } = unsignedAt(bytes, functions.start));
  return Array.from({ length: count }, () => {
    const { value, end } = unsignedAt(bytes, at);
    at = end;
    return parameters[value];
  });
}

/** Both halves of a vector constant, as integers. */
export function halvesOf(bytes, { end }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + end - 16, 16);
  return [view.getBigUint64(0, true), view.getBigUint64(8, true)];
}

const isVectorConstant = ({ op, sub }) => op === SIMD && sub === V128_CONST;
const VECTOR = 0x7b;

/**
 * Vector constants of functions with loops become locals that are set once, where a function begins: V8 from version 13 on makes a constant
 * at each place that names it, in three instructions.
 */
export function hoistConstants(bytes) {
  const functions = functionsOf(bytes);
  const parameters = parameterCounts(bytes);
  const bodies = functions.map((body, i) => hoisted(bytes, body, parameters[i]));
  const code = sectionsOf(bytes).find(({ id }) => id === CODE);
  const content = [...unsigned(bodies.length), ...bodies.flatMap((body) => [...unsigned(body.length), ...body])];
  const rest = sectionsOf(bytes).flatMap(({ id, start, end }) =>
    id === CODE ? [CODE, ...unsigned(content.length), ...content] : [id, ...unsigned(end - start), ...bytes.subarray(start, end)],
  );
  if (!code) throw new Error("the module has no code");
  return new Uint8Array([...bytes.subarray(0, 8), ...rest]);
}

function hoisted(bytes, { locals, start, end }, parameters) {
  const list = instructions(bytes, start, end);
  const groups = locals.map(({ count, type }) => [...unsigned(count), type]);
  const plain = [...unsigned(groups.length), ...groups.flat(), ...bytes.subarray(start, end + 1)];
  const constants = new Map();
  const first = parameters + locals.reduce((sum, { count }) => sum + count, 0);
  if (!list.some(({ op }) => op === 0x03)) return plain;
  for (const each of list.filter(isVectorConstant)) {
    const key = halvesOf(bytes, each).join();
    if (!constants.has(key)) constants.set(key, { code: bytes.subarray(each.start, each.end), local: first + constants.size });
  }
  if (constants.size === 0) return plain;
  const prologue = [...constants.values()].flatMap(({ code, local }) => [...code, 0x21, ...unsigned(local)]);
  const code = list.flatMap((each) =>
    isVectorConstant(each)
      ? [0x20, ...unsigned(constants.get(halvesOf(bytes, each).join()).local)]
      : [...bytes.subarray(each.start, each.end)],
  );
  return [...unsigned(groups.length + 1), ...groups.flat(), ...unsigned(constants.size), VECTOR, ...prologue, ...code, 0x0b];
}
