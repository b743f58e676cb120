// Programs checked by a compiler against the declarations that the package has, as a user's project would.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type typescript from "typescript";
import { root } from "./installed.ts";

/** What a compiler says of a program, at a line of it, numbered from 1. */
export interface Told {
  file: string;
  line: number;
  message: string;
}

export const resolutions = ["nodenext", "bundler"] as const;

export interface Checking {
  resolution: (typeof resolutions)[number];
  /** Programs by their names. They are written into a folder of the project's. */
  programs: Readonly<Record<string, string>>;
  /** The folder of a project that has the package installed; the checkout, whose package leads to what was built, if not given. */
  project?: string;
  /** In JavaScript, whose parameters have no types. Libraries are checked with the other programs. */
  untyped?: boolean;
}

/** Everything that a compiler says, under the strictest settings. */
export function check(ts: typeof typescript, { resolution, programs, project = root, untyped = false }: Checking): Told[] {
  mkdirSync(join(project, "build"), { recursive: true });
  const folder = mkdtempSync(join(project, "build/types-"));
  try {
    const files = Object.entries(programs).map(([name, text]) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    });
    const program = ts.createProgram(files, {
      strict: true,
      noImplicitAny: !untyped,
      checkJs: untyped,
      allowJs: untyped,
      exactOptionalPropertyTypes: true,
      skipLibCheck: untyped,
      noEmit: true,
      allowImportingTsExtensions: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
      module: resolution === "nodenext" ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
      moduleResolution: resolution === "nodenext" ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    });
    return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
      file: file ? (file.fileName.startsWith(folder) ? file.fileName.slice(folder.length + 1) : basename(file.fileName)) : "",
      line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
