import { MassgridError, sanitize } from "../errors.ts";
import { bundledCircuits, openBundled } from "../model/bundled/index.ts";
import { readCircuitOfPath, templateReader } from "../model/bundled/read.ts";
import type { CircuitTemplate } from "../model/template/template.ts";
import { openFiles } from "../platform/files.ts";

/** A circuit and its path, as one writes it for `circuitTemplate`. */
export interface FoundCircuit {
  path: string;
  circuit: CircuitTemplate;
}

/** The circuit of a template's path, or all circuits of a file: `model.yaml`, `package.module`. Throws what gridSearch would say of it. */
export function circuitsAt(path: string): FoundCircuit[] {
  const slashed = path.replaceAll(".", "/");
  const file = openBundled(slashed) ? slashed : path;
  if (/\.ya?ml$/.test(path) || openBundled(file)) return circuitsOfFile(path, path.endsWith("ml") ? path : file);
  return [{ path, circuit: readCircuitOfPath(path, openFiles()) }];
}

function circuitsOfFile(path: string, file: string): FoundCircuit[] {
  const open = openFiles();
  const opened = openBundled(file) ?? open(file, undefined);
  if (!opened) throw new MassgridError([{ code: "E_UNKNOWN_TEMPLATE", path: [], message: `there is no file ${sanitize(path)}` }]);
  const circuits = templateReader(open).circuits(opened.key, opened.name, opened.text);
  if (circuits.size === 0) {
    const message = `${sanitize(path)} has no CircuitTemplate; give it one that has its nodes`;
    throw new MassgridError([{ code: "E_TEMPLATE_KIND", path: [], message }]);
  }
  const separator = /[/\\]|\.ya?ml$/.test(path) ? "/" : ".";
  return [...circuits].map(([name, circuit]) => ({ path: `${path}${separator}${name}`, circuit }));
}

/** All circuits that come with the package. */
export function bundled(): FoundCircuit[] {
  const reader = templateReader(openFiles());
  return bundledCircuits().flatMap((path) => {
    const circuit = reader.template(path);
    return circuit.kind === "CircuitTemplate" ? [{ path, circuit }] : [];
  });
}
