// Makes the parser of equations from its grammar: src/model/equation/grammar.peggy → grammar.generated.ts.
import { readFileSync, writeFileSync } from "node:fs";
import peggy from "peggy";

export function buildGrammar() {
  const grammar = readFileSync("src/model/equation/grammar.peggy", "utf8");
  const source = peggy.generate(grammar, { output: "source", format: "es", allowedStartRules: ["Equation", "Expression"] });
  const head = "// @ts-nocheck\n// Made by scripts/grammar.mjs from grammar.peggy: do not edit.\n";
  writeFileSync("src/model/equation/grammar.generated.ts", head + source);
}
