// Offsets of the structs that TypeScript and WebAssembly share: AssemblyScript's own `offsetof`, of every field of every @unmanaged
// class, read from a module that is compiled and run at build. What TypeScript writes (src/kernel/structs.ts) has no offset by hand.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import ts from "typescript";

/** Where they are declared. */
export const structFiles = [
  "assembly/block.ts",
  "assembly/wiener.ts",
  "assembly/bounds.ts",
  "assembly/noise/samples.ts",
  "assembly/noise/tree.ts",
  "assembly/adaptive/block.ts",
];

const types = { i32: "i32", u32: "i32", usize: "i32", f64: "f64" };

/** The @unmanaged classes of a source, with the fields that each declares itself, but for `padding`; and its exported numbers. */
export function declarationsOf(source) {
  const structs = [];
  const constants = [];
  for (const node of ts.createSourceFile("struct.ts", source, ts.ScriptTarget.Latest, true).statements) {
    if (ts.isVariableStatement(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      for (const { name, initializer } of node.declarationList.declarations) {
        if (initializer && ts.isNumericLiteral(initializer)) constants.push({ name: name.text, value: Number(initializer.text) });
      }
    }
    if (!ts.isClassDeclaration(node)) continue;
    const unmanaged = ts.getDecorators(node)?.some(({ expression }) => expression.getText() === "unmanaged");
    if (!unmanaged) continue;
    const members = node.members
      .filter(ts.isPropertyDeclaration)
      .map((member) => ({ name: member.name.getText(), type: member.type?.getText() ?? "" }));
    structs.push({ name: node.name?.text ?? "", fields: members.filter(({ name }) => name !== "padding") });
  }
  return { structs, constants };
}

/** The offset and type of every field of the structs in these files, and the size of each. */
export async function structTable(files = structFiles) {
  const declared = files.map((file) => ({ file, ...declarationsOf(readFileSync(file, "utf8")) }));
  const all = declared.flatMap(({ structs }) => structs);
  const lines = declared.flatMap(({ file, structs }) => [
    `import { ${structs.map(({ name }) => name).join(", ")} } from "../${file.replace(/\.ts$/, "")}";`,
    ...structs.flatMap((struct) => [
      `export const size_${struct.name}: i32 = offsetof<${struct.name}>();`,
      ...struct.fields.map(({ name }) => `export const ${struct.name}_${name}: i32 = offsetof<${struct.name}>("${name}");`),
    ]),
  ]);
  mkdirSync("build", { recursive: true });
  writeFileSync("build/structs.ts", `${lines.join("\n")}\n`);
  const { error, stderr } = await asc.main(["build/structs.ts", "--config", "asconfig.json", "--outFile", "build/structs.wasm"]);
  if (error) throw new Error(`build/structs.ts\n${stderr.toString()}`);
  const env = { memory: new WebAssembly.Memory({ initial: 1 }) };
  const nothing = new Proxy({}, { get: () => () => {} });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/structs.wasm")), { env, model: nothing });
  const structs = all.map((struct) => {
    const fields = struct.fields.map(({ name, type }) => {
      if (!Object.hasOwn(types, type))
        throw new Error(`${struct.name}.${name}: a struct that TypeScript writes has no field of type ${type}`);
      return [name, { at: exports[`${struct.name}_${name}`].value, type: types[type] }];
    });
    const unit = fields.some(([, { type }]) => type === "f64") ? 8 : 4;
    return [struct.name, { size: Math.ceil(exports[`size_${struct.name}`].value / unit) * unit, fields: Object.fromEntries(fields) }];
  });
  return { structs: Object.fromEntries(structs), constants: declared.flatMap(({ constants }) => constants) };
}

/** The table as a TypeScript module. */
export function structModule({ structs, constants }) {
  const field = ([name, { at, type }]) => `    ${name}: { at: ${at}, type: "${type}" },`;
  const struct = ([name, { size, fields }]) => [
    `export const ${name} = {`,
    `  size: ${size},`,
    "  fields: {",
    ...Object.entries(fields).map(field),
    "  },",
    "} as const;",
  ];
  const numbers = constants.map(({ name, value }) => `export const ${name} = ${value};`);
  return ["// Made by scripts/structs.mjs from assembly/: do not edit.", ...Object.entries(structs).flatMap(struct), ...numbers, ""].join(
    "\n",
  );
}

/** Where the coefficients of solvers with fixed steps are declared. */
const coefficientFile = "assembly/coefficients.ts";

/** The same constants, as they are written, as a TypeScript module: both languages divide doubles alike. */
export function coefficientModule() {
  const lines = ["// Made by scripts/structs.mjs from assembly/coefficients.ts: do not edit."];
  for (const node of ts.createSourceFile("coefficients.ts", readFileSync(coefficientFile, "utf8"), ts.ScriptTarget.Latest, true)
    .statements) {
    if (!ts.isVariableStatement(node)) throw new Error(`${coefficientFile} has more than constants: ${node.getText()}`);
    for (const { name, initializer } of node.declarationList.declarations) {
      lines.push(`export const ${name.getText()} = ${initializer?.getText()};`);
    }
  }
  return `${lines.join("\n")}\n`;
}
