// The project's page as Vite builds it; as webpack does: consumers/.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { root, run } from "./installed.ts";

/** Vite's command, with no settings but where the page goes. */
export async function byVite(project: string): Promise<string> {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const folder = "by-vite";
  const { status, stdout, stderr } = run(
    process.execPath,
    [vite, "build", "--base", "./", "--outDir", folder, "--logLevel", "warn"],
    project,
  );
  if (status !== 0) throw new Error(stderr + stdout);
  return join(project, folder);
}

/** What Vite builds of a page's script that imports something from the built package, without apache-arrow: bytes of each file, gzipped. */
export async function bundleSizes(imported: string): Promise<{ name: string; isFirst: boolean; bytes: number }[]> {
  const entry = "virtual:page";
  const library = JSON.stringify(join(root, "dist/index.js"));
  const page = {
    name: "page",
    resolveId: (id: string) => (id === entry ? `\0${entry}` : undefined),
    load: (id: string) => (id === `\0${entry}` ? `import ${imported} from ${library}; console.log(${imported});` : undefined),
  };
  const built = await build({
    ...{ root, configFile: false, logLevel: "silent", mode: "production", plugins: [page] },
    build: { write: false, modulePreload: false, rollupOptions: { input: entry, external: [/^apache-arrow/] } },
  });
  const files = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  const chunks = files.flatMap((file) => (file.type === "chunk" ? [file] : []));
  const first = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first) for (const each of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) first.add(each);
  return chunks.map(({ fileName, code }) => ({ name: fileName, isFirst: first.has(fileName), bytes: gzipSync(code).length }));
}
