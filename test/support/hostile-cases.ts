// Files that are wrong, or mean harm: what each must be answered with, and where.

/** A file, the code of its error, what the message must say, and which of its templates is asked for. */
export interface HostileCase {
  name: string;
  text: string;
  code: string;
  message: RegExp;
  entry: string;
}

/** A circuit of one node with one operator of this equation and these variables. */
export function one(equation: string, variables = "x: variable(1.0)"): string {
  return `op:
  base: OperatorTemplate
  equations:
    - ${JSON.stringify(equation)}
  variables:
    ${variables}
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node } }
`;
}

/** Two nodes and these edges; the first is on line 12. */
export function edges(...list: string[]): string {
  return `op: { base: OperatorTemplate, equations: ["x' = u - k*x", "m = 2*x"], variables: { x: output, m: variable, u: input, k: 1.0 } }
twin: { base: OperatorTemplate, equations: ["o = i + j"], variables: { o: output, i: input, j: input } }
none: { base: OperatorTemplate, equations: ["o = i"], variables: { o: variable, i: input } }
two: { base: EdgeTemplate, operators: [twin] }
mute: { base: EdgeTemplate, operators: [none] }
node: { base: NodeTemplate, operators: [op] }
net:
  base: CircuitTemplate
  nodes: { a: node, b: node }

  edges:
${list.map((edge) => `    - ${edge}`).join("\n")}\n`;
}

/** A circuit whose node is what this refers to. */
export function reference(node: string): string {
  return `net:\n  base: CircuitTemplate\n  nodes:\n    a: ${node}\n`;
}

export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Circuits of which each holds the one before twice. */
export function doubled(levels: number, first = "net"): string {
  return times(levels, (i) => {
    const inner = i === 0 ? first : `c${i - 1}`;
    return `c${i}: { base: CircuitTemplate, circuits: { l: ${inner}, r: ${inner} } }`;
  }).join("\n");
}

const laughs = ["a0: &a0 [lol]", ...times(9, (i) => `a${i + 1}: &a${i + 1} [${times(9, () => `*a${i}`).join(", ")}]`)].join("\n");
const growing = `o0: { base: OperatorTemplate, equations: ["x' = a"], variables: { x: variable, a: 1.0 } }
${times(40, (i) => `o${i + 1}: { base: o${i}, equations: { replace: { a: (a+a) } } }`).join("\n")}
node: { base: NodeTemplate, operators: [o40] }
net: { base: CircuitTemplate, nodes: { a: node } }`;
const chain = (length: number) =>
  `${times(length, (i) => `t${i}: { base: t${i + 1} }`).join("\n")}\nt${length}: { base: OperatorTemplate }\n${reference("t0")}`;
const loop = `op: { base: OperatorTemplate, equations: [p = q, q = p + 1], variables: { p: variable, q: variable } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { b: node } }`;

type Row = [name: string, text: string, code: string, message: RegExp, entry?: string];

const yaml: Row[] = [
  ["billion laughs", laughs, "E_YAML_ALIASES", /:4:\d+: .*100 times/],
  ["an alias within its anchor", "a: &a [*a]", "E_YAML_CYCLE", /:1:8:/],
  ["an alias within its map", "a: &a\n  b: { c: *a }", "E_YAML_CYCLE", /:2:11:/],
  [
    "aliases that repeat a large list",
    `a: &a [${"1,".repeat(4000)}]\nb: [${"*a,".repeat(50)}]`,
    "E_YAML_ALIASES",
    /:2:\d+: .*100000 values/,
  ],
  ["no such anchor", "a: *b", "E_YAML_SYNTAX", /:1:4: no anchor is named b/],
  ["100 000 keys", times(100_000, (i) => `key${i}: 1`).join("\n"), "E_MODEL_TOO_LARGE", /:1:1: .*(?:characters|bytes)/],
  ["20 000 templates", times(20_000, (i) => `k${i}: 1`).join("\n"), "E_MODEL_TOO_LARGE", /20000 templates/],
  ["a quarter of a million commas", `a: [${",".repeat(250_000)}]`, "E_MODEL_TOO_LARGE", /words and marks/],
  ["90 000 commas", `a: [${",".repeat(90_000)}]`, "E_YAML_SYNTAX", /:1:5:/],
  ["50 000 escapes", `a: "${"\\q".repeat(50_000)}"`, "E_YAML_SYNTAX", /:1:6:/],
  ["10 000 brackets", "[".repeat(10_000), "E_YAML_DEPTH", /:1:65: .*64 levels/],
  ["10 000 brackets in brackets", "{a: [".repeat(10_000), "E_YAML_DEPTH", /64 levels/],
  ["10 000 dashes", "- ".repeat(10_000), "E_YAML_DEPTH", /:1:1: .*64 levels/],
  ["10 000 questions", "? ".repeat(10_000), "E_YAML_DEPTH", /64 levels/],
  ["indentation that is too deep by some", times(80, (i) => `${" ".repeat(i)}k:`).join("\n"), "E_YAML_DEPTH", /:66:66: .*64 levels/],
  ["a fault below indentation that is too deep", `${times(80, (i) => `${" ".repeat(i)}k:`).join("\n")} "`, "E_YAML_DEPTH", /:66:66:/],
  ["deep indentation", times(400, (i) => `${" ".repeat(i)}k:`).join("\n"), "E_YAML_DEPTH", /:66:66: .*64 levels/],
  [
    "depth by aliases",
    times(9, (i) => `a${i}: &a${i} [[[[[[[[[[${i === 0 ? 1 : `*a${i - 1}`}]]]]]]]]]]`).join("\n"),
    "E_YAML_DEPTH",
    /:7:\d+:/,
  ],
  ["__proto__ as a template", "__proto__: { base: OperatorTemplate }", "E_RESERVED_NAME", /:1:1:/],
  ["__proto__ as a variable", one("x' = -x", "__proto__: { polluted: 1 }"), "E_RESERVED_NAME", /:6:5:/],
  ["__proto__ as a node", "net: { base: CircuitTemplate, nodes: { __proto__: x } }", "E_RESERVED_NAME", /:1:40: .*reserved/],
  ["__proto__ as an operator", "net: { base: NodeTemplate, operators: { __proto__: { polluted: 1 } } }", "E_RESERVED_NAME", /:1:41:/],
  ["all as a node", "net: { base: CircuitTemplate, nodes: { all: x } }", "E_RESERVED_NAME", /:1:40: .*every node/],
  ["a JavaScript tag", "a: !!js/function 'function () {}'", "E_YAML_TAG", /:1:4:/],
  ["a Python tag", "a: !!python/object/apply:os.system ['id']", "E_YAML_TAG", /:1:4:/],
  ["a tag of one's own", "%TAG ! tag:example.com,2000:\n---\na: !b 1", "E_YAML_TAG", /:3:4:/],
  ["binary", "a: !!binary aGVsbG8=", "E_YAML_TAG", /:1:\d+:/],
  ["a key twice", "a: { base: OperatorTemplate }\nb: 1\na: 2", "E_YAML_DUPLICATE", /:3:1: .*line 1/],
  ["a key twice in braces", "a: { b: 1, c: 2, b: 3 }", "E_YAML_DUPLICATE", /:1:18: .*line 1/],
  ["a list as a key", "? [a]\n: 1", "E_YAML_SYNTAX", /:1:3: .*key/],
  ["two documents", "a: 1\n---\nb: 2", "E_YAML_SYNTAX", /:2:\d+: .*second document/],
  ["a NUL", "a: \0", "E_YAML_SYNTAX", /:1:4: .*U\+0000/],
  ["an escape of terminals", "# \u001b[31m", "E_YAML_SYNTAX", /:1:3: .*U\+001B/],
  ["a lone surrogate", "a\ud800: 1", "E_YAML_SYNTAX", /:1:2: .*U\+D800/],
  ["a tab as indentation", "a:\n\tb: 1", "E_YAML_SYNTAX", /:2:/],
  ["merged with a number", "a: { <<: 1 }", "E_YAML_SYNTAX", /:1:10: << takes/],
  ["no YAML", "a: [1, 2", "E_YAML_SYNTAX", /:1:/],
  ["a list at the top", "- a", "E_TEMPLATE_FILE", /:1:1: .*a map of name/],
  ["nothing", "", "E_TEMPLATE_FILE", /:1:1:/],
  ["null", "null", "E_TEMPLATE_FILE", /:1:1:/],
  ["a comment alone", "# a", "E_TEMPLATE_FILE", /:1:1:/],
];

const equations: Row[] = [
  ["an injection into Python", one("x' = -x + __import__('os').system('id')"), "E_EQ_SYNTAX", /:4:29: .*found `'`/],
  ["an import", one("x' = x; import('fs')"), "E_EQ_SYNTAX", /:4:14: .*found `;`/],
  ["a template of JavaScript", one("x' = `$(process.exit())`"), "E_EQ_SYNTAX", /:4:13: .*found ```/],
  ["an injection into JavaScript", one("x' = x.constructor.constructor('return process')()"), "E_EQ_SYNTAX", /:4:14: .*found `\.`/],
  ["an injection into WebAssembly", one("x' = x)(unreachable)("), "E_EQ_SYNTAX", /:4:14: .*found `\)`/],
  ["an index", one("x' = x[0]"), "E_EQ_SYNTAX", /:4:14: .*found `\[`/],
  ["a function of the host", one("x' = constructor(x)"), "E_UNKNOWN_FUNCTION", /:4:13:/],
  ["a function of every object", one("x' = toString(x)"), "E_UNKNOWN_FUNCTION", /:4:13:/],
  ["an unknown function", one("x' = system(x)"), "E_UNKNOWN_FUNCTION", /:4:13:/],
  ["too many arguments", one("x' = exp(x, x)"), "E_ARITY", /:4:13: .*takes 1 argument/],
  ["60 000 parentheses", one(`x' = ${"(".repeat(60_000)}`), "E_EQ_DEPTH", /:4:269: .*256/],
  ["60 000 signs", one(`x' = ${"-".repeat(60_000)}x`), "E_EQ_DEPTH", /:4:269: .*256/],
  ["100 000 parentheses", one(`x' = ${"(".repeat(100_000)}`), "E_EQ_SIZE", /:4:8: .*65536/],
  ["257 calls in calls", one(`x' = ${"exp(".repeat(257)}x${")".repeat(257)}`), "E_EQ_DEPTH", /256/],
  ["256 open calls", one(`x' = ${"exp(".repeat(256)}x`), "E_EQ_SYNTAX", /found the end/],
  ["100 000 terms", one(`x' = ${"x+".repeat(100_000)}x`), "E_EQ_SIZE", /:4:8: .*65536/],
  ["3 000 terms", one(`x' = ${"x+".repeat(3000)}x`), "E_EQ_SIZE", /:4:8: .*2000/],
  ["300 powers", one(`x' = ${"x^".repeat(300)}x`), "E_EQ_DEPTH", /:4:8: .*256/],
  ["1e400", one("x' = -x", "x: variable(1e400)"), "E_CONST_NOT_FINITE", /:6:8:/],
  ["1e400 in an equation", one("x' = 1e400*x"), "E_CONST_NOT_FINITE", /:4:13: .*too large/],
  ["10**10**10", one("x' = 10**10**10*x"), "E_CONST_NOT_FINITE", /:4:13:/],
  ["a product that overflows", one("x' = x + 1e200*1e200"), "E_CONST_NOT_FINITE", /:4:17:/],
  ["a division by zero", one("x' = 1/0"), "E_CONST_NOT_FINITE", /:4:13:/],
  ["an infinity", one("x' = -k*x", "x: variable\n    k: .inf"), "E_CONST_NOT_FINITE", /:7:8:/],
  ["no number", one("x' = -k*x", "x: variable\n    k: .nan"), "E_CONST_NOT_FINITE", /:7:8:/],
  ["400 digits", one("x' = -k*x", `x: variable\n    k: ${"9".repeat(400)}`), "E_CONST_NOT_FINITE", /:7:8:/],
  ["a hexadecimal power", one("x' = 0x1p9999*x"), "E_EQ_SYNTAX", /:4:\d+:/],
  ["a number with a line", one("x' = 1_000*x"), "E_EQ_SYNTAX", /:4:\d+:/],
  ["two exponents", one("x' = 1e5e5*x"), "E_EQ_SYNTAX", /:4:\d+:/],
  ["two points", one("x' = .5.*x"), "E_EQ_SYNTAX", /:4:\d+:/],
  ["a declaration with a line", one("x' = -k*x", "x: variable\n    k: 1_000"), "E_DECLARATION", /:7:8:/],
  ["a declaration of 120 000 digits", one("x' = -k*x", `x: variable\n    k: "${"1".repeat(120_000)}x"`), "E_DECLARATION", /:7:9:/],
  ["a number with a comma", one("x' = -k*x", 'x: variable\n    k: "1,5"'), "E_DECLARATION", /:7:9:/],
  ["true", one("x' = -k*x", "x: variable\n    k: true"), "E_DECLARATION", /:7:8:/],
  ["no value", one("x' = -k*x", "x: variable\n    k:"), "E_DECLARATION", /:7:\d+:/],
  ["growth by replacement", growing, "E_EXPANSION_LIMIT", /:\d+:\d+: .*o\d+, which is based on o\d+/],
  ["an algebraic loop", loop, "E_ALGEBRAIC_LOOP", /:1:43: .*b\/op\/p → b\/op\/q → b\/op\/p/],
  ["an undeclared variable", one("x' = -y"), "E_UNKNOWN_VARIABLE", /:4:14: unknown variable y/],
  ["a misspelt variable", one("x' = -alhpa*x", "x: variable\n    alpha: 1.0"), "E_UNKNOWN_VARIABLE", /:4:14: .*did you mean alpha\?/],
  ["two equations of one variable", one("x' = -x").replace("  variables", '    - "x = 2"\n  variables'), "E_DUPLICATE_VARIABLE", /:5:8:/],
  ["a Cyrillic letter", one("x' = -\u0441*x"), "E_BAD_IDENTIFIER", /:4:14: .*U\+0441/],
  ["a complex derivative of a real state", one("x' = 1j*x"), "E_COMPLEX", /:4:8: .*variable\(complex\)/],
  ["a floor of a complex number", one("x' = floor(1j*x)"), "E_COMPLEX", /:4:8: floor takes real/],
  ["a variable without an equation", one("x' = -x*y", "x: variable\n    y: variable"), "E_NO_EQUATION", /:7:8: .*no equation says/],
  ["an equation of an input", one("x = 1", "x: input"), "E_EQUATION_TARGET", /:4:8: .*is an input/],
  ["two outputs", one("x' = -x*y", "x: output\n    y: output"), "E_NO_EQUATION", /:7:8:/],
];

const names: Row[] = [
  ["a name of an import", one("x' = -x", '$0 (import "env": 1.0'), "E_BAD_IDENTIFIER", /:6:5: .*cannot be a name/],
  ["a name with a line break", one("x' = -x", '"a\\nb": 1.0'), "E_BAD_IDENTIFIER", /:6:6: .*U\+000A/],
  ["a name with quotes", one("x' = -x", "'a''b\"c': 1.0"), "E_BAD_IDENTIFIER", /:6:6: .*U\+0027/],
  ["a name that begins with a digit", one("x' = -x", "1a: 1.0"), "E_BAD_IDENTIFIER", /:6:5: .*begins with a digit/],
  ["a name that is empty", one("x' = -x", '"": 1.0'), "E_BAD_IDENTIFIER", /:6:6: .*is empty/],
  ["a Cyrillic name", one("x' = -x", "\u0441: 1.0"), "E_BAD_IDENTIFIER", /:6:5: .*U\+0441/],
  ["a joiner in a name", one("x' = -x", "a\u200db: 1.0"), "E_BAD_IDENTIFIER", /:6:5: .*U\+200D/],
  ["letters from right to left", one("x' = -x", "a\u202eb: 1.0"), "E_BAD_IDENTIFIER", /a\\u\{202e\}b.*U\+202E/],
  ["half a pair in a name", one("x' = -x", '"a\\ud800": 1.0'), "E_BAD_IDENTIFIER", /:6:6: .*a\\u\{d800\}.*U\+D800/],
  ["a terminal escape as a node", 'net: { base: CircuitTemplate, nodes: { "\\e]0;x\\a": n } }', "E_BAD_IDENTIFIER", /:1:41: .*\\u\{1b\}/],
  ["a terminal escape as a circuit", `${one("x' = -x")}"n\\e[31m": { base: net }`, "E_BAD_IDENTIFIER", /:9:2: .*\\u\{1b\}/, "n\u001b[31m"],
  ["a node that climbs", 'net: { base: CircuitTemplate, nodes: { "..": n } }', "E_BAD_IDENTIFIER", /:1:41:/],
  ["a node with a path", 'net: { base: CircuitTemplate, nodes: { "a/b": n } }', "E_BAD_IDENTIFIER", /:1:41: .*U\+002F/],
  ["a long name", `net: { base: CircuitTemplate, nodes: { ${"n".repeat(1000)}: n } }`, "E_BAD_IDENTIFIER", /:1:40: .*1000 letters/],
  [
    "a name of 200 000 letters",
    `net: { base: CircuitTemplate, nodes: { "${"n".repeat(200_000)}": n } }`,
    "E_BAD_IDENTIFIER",
    /200000 letters/,
  ],
  ["a name of a million letters", `net: { base: CircuitTemplate, nodes: { ${"n".repeat(1e6)}: n } }`, "E_MODEL_TOO_LARGE", /:1:1:/],
];

const templates: Row[] = [
  ["30 doublings", `${one("x' = -x")}${doubled(30)}`, "E_EXPANSION_LIMIT", /:38:1: .*at most 100000/, "c29"],
  ["a ring of bases", `a: { base: b }\nb: { base: a }\n${reference("a")}`, "E_TEMPLATE_CYCLE", /:1:1: .*a → b → a/],
  ["its own base", `a: { base: a }\n${reference("a")}`, "E_TEMPLATE_CYCLE", /:1:1: .*a → a/],
  [
    "a ring of circuits",
    "a: { base: CircuitTemplate, circuits: { x: b } }\nb: { base: CircuitTemplate, circuits: { x: a } }",
    "E_TEMPLATE_CYCLE",
    /:1:1: .*a → b → a/,
    "a",
  ],
  ["an operator of itself", "net: { base: NodeTemplate, operators: [net] }", "E_TEMPLATE_CYCLE", /:1:1: .*net → net/],
  ["2 000 bases", chain(2000), "E_EXPANSION_LIMIT", /:\d+:1: .*100 deep/],
  ["10 000 bases", chain(10_000), "E_MODEL_TOO_LARGE", /:1:1: .*10002 templates/],
  ["no base", `net: { nodes: { a: b } }\nx: { base: net }`, "E_TEMPLATE_BASE", /:1:1:/],
  ["an unknown base", "net: { base: CircuitTemplates }", "E_UNKNOWN_TEMPLATE", /:1:14:/],
  ["a base of objects", "net: { base: constructor }", "E_UNKNOWN_TEMPLATE", /:1:14:/],
  ["the wrong kind", `${one("x' = -x")}two: { base: CircuitTemplate, nodes: { a: op } }`, "E_TEMPLATE_KIND", /:9:\d+: op is a Op/, "two"],
  ["an unknown field", one("x' = -x").replace("  variables", "  variable"), "E_UNKNOWN_FIELD", /:5:3: .*did you mean variables\?/],
  ["a number as a reference", reference("12"), "E_TEMPLATE_TYPE", /:4:8:/],
  ["a list as a reference", reference("[a]"), "E_TEMPLATE_TYPE", /:4:8:/],
  ["nothing in it", "net: { base: CircuitTemplate }", "E_EMPTY_CIRCUIT", /:1:1: .*no nodes/],
  ["a bad declaration", one("x' = -x", "x: variabel(1)"), "E_DECLARATION", /:6:8:/],
  ["a bad value", one("x' = -x", "x: variable(abc)"), "E_DECLARATION", /:6:8: .*abc/],
  ["a vector", one("x' = -x", "x: variable(0.5, 3)"), "E_VECTOR", /:6:8: .*single numbers/],
  ["a list of values", one("x' = -x", "x: [1.0, 2.0]"), "E_VECTOR", /:6:8: .*single numbers/],
  [
    "a node and a circuit of one name",
    `${one("x' = -x")}two: { base: CircuitTemplate, nodes: { a: node }, circuits: { a: net } }`,
    "E_DUPLICATE_NODE",
    /:9:63: .*is a node and a circuit/,
    "two",
  ],
  [
    "an operator twice",
    `${one("x' = -x")}n2: { base: NodeTemplate, operators: [op, op] }\n${reference("n2").replace("net", "two")}`,
    "E_DUPLICATE_OPERATOR",
    /:9:1: .*two operators named op/,
    "two",
  ],
  [
    "an override of nothing",
    `${one("x' = -x")}n2: { base: NodeTemplate, operators: { op: { y: 1.0 } } }`,
    "E_UNKNOWN_VARIABLE",
    /:9:46:/,
    "n2",
  ],
];

const references: Row[] = [
  ["a path upwards", reference("../../../../etc/passwd/x"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["a path upwards from below", reference("lib/../../secret/x"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["a path upwards in dots", reference("..secret.x"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["an absolute path", reference("/etc/passwd/x"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["an absolute path of two", reference("//host/share/x"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["a path upwards in code", reference('"%2e%2e/passwd/x"'), "E_PATH_OUTSIDE", /:4:9: .*leads out/],
  ["a path upwards in large code", reference('"%2E%2E%2Fpasswd/x"'), "E_PATH_OUTSIDE", /:4:9: .*leads out/],
  ["a backslash", reference("..\\passwd/x"), "E_PATH_OUTSIDE", /:4:8: .*backslash/],
  ["a drive", reference('"C:/x/y"'), "E_PATH_OUTSIDE", /:4:9: .*leads out/],
  ["a host of Windows", reference("\\\\host\\share/x"), "E_PATH_OUTSIDE", /:4:8: .*backslash/],
  ["a NUL in a path", reference('"lib/a\\0b/x"'), "E_PATH_OUTSIDE", /:4:9: .*leads out/],
  ["a file URL", reference("file:///etc/passwd/x"), "E_PATH_SCHEME", /:4:8: .*files only/],
  ["a file URL in capitals", reference("FILE:/etc/passwd/x"), "E_PATH_SCHEME", /:4:8: .*files only/],
  ["a web address", reference("http://example.com/x"), "E_PATH_SCHEME", /:4:8: .*files only/],
  ["a web address after a space", reference('" https://example.com/x"'), "E_PATH_SCHEME", /:4:9: .*files only/],
  ["data", reference("data:text/yaml,x/y"), "E_PATH_SCHEME", /:4:8: .*files only/],
  ["a script", reference('"javascript:alert(1)/x"'), "E_PATH_SCHEME", /:4:9: .*files only/],
  ["a way out of what is bundled", reference("model_templates/../../x/y"), "E_PATH_OUTSIDE", /:4:8: .*leads out/],
  ["no name of a template", reference("lib/cells/"), "E_REFERENCE", /:4:8: .*does not name/],
  ["no template in a file", reference("lib/cells.yaml"), "E_REFERENCE", /:4:8: .*write "lib\/cells.yaml\/Template"/],
  ["no name of a file", reference("/x"), "E_REFERENCE", /:4:8: .*does not name/],
];

const wiring: Row[] = [
  ["an edge of three letters", edges("abc"), "E_EDGE_FORM", /:12:7:/],
  ["an edge of five", edges("[a/op/x, b/op/u, null, {}, 1]"), "E_EDGE_FORM", /:12:7:/],
  ["an edge from nowhere", edges("[a/op/y, b/op/u]"), "E_EDGE_SOURCE", /:12:13: .*did you mean a\/op\/x/],
  ["an edge to nowhere", edges("[a/op/x, b/op/w]"), "E_EDGE_TARGET", /:12:21: unknown variable b\/op\/w/],
  ["an edge to a parameter", edges("[a/op/x, b/op/k]"), "E_EDGE_TARGET", /:12:21: .*is no input/],
  ["an edge to its own source", edges("[a/op/x, a/op/x]"), "E_EDGE_TARGET", /:12:21: .*is no input/],
  ["a weight that is no number", edges("[a/op/x, b/op/u, null, { weight: .nan }]"), "E_EDGE_WEIGHT", /:12:40:/],
  ["a weight of text", edges("[a/op/x, b/op/u, null, { weight: heavy }]"), "E_EDGE_WEIGHT", /:12:40:/],
  ["a misspelt attribute", edges("[a/op/x, b/op/u, null, { wieght: 1.0 }]"), "E_EDGE_ATTRIBUTE", /:12:32: .*did you mean weight\?/],
  ["a negative delay", edges("[a/op/x, b/op/u, null, { delay: -1.0 }]"), "E_DELAY", /:12:39: .*0 or more/],
  ["an endless delay", edges("[a/op/x, b/op/u, null, { delay: .inf }]"), "E_DELAY", /:12:39:/],
  ["a chain of a million stages", edges("[a/op/x, b/op/u, null, { delay: 1.0, spread: 0.001 }]"), "E_DELAY", /:12:7: .*1000000 stages/],
  ["open inputs of an edge", edges("[a/op/x, b/op/u, two, {}]"), "E_EDGE_INPUTS", /:12:7: .*twin\/i, twin\/j/],
  ["a misspelt input of an edge", edges("[a/op/x, b/op/u, two, { two/twin/q: source }]"), "E_EDGE_INPUTS", /:12:43: .*no open input/],
  ["an edge without output", edges("[a/op/x, b/op/u, mute, {}]"), "E_EDGE_OUTPUT", /:12:7: .*needs one output/],
];

const rows = [...yaml, ...equations, ...names, ...templates, ...references, ...wiring];

export const hostile: HostileCase[] = rows.map(([name, text, code, message, entry = "net"]) => ({ name, text, code, message, entry }));
