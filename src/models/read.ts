import { MassgridError, quoted } from "../errors.ts";
import { type OpenFile, TemplateReader } from "../template/read.ts";
import type { AnyTemplate, CircuitTemplate } from "../template/template.ts";
import { isBundled, openBundled } from "./index.ts";

/** The template of a path, bundled or of a file that `openFile` opens. */
export function readTemplateOfPath(path: string, openFile: OpenFile): AnyTemplate {
  const reader = new TemplateReader((file, from) => (isBundled(file) ? openBundled(file) : openFile(file, from)));
  return reader.template(path);
}

/** The circuit of a path. Throws E_TEMPLATE_KIND for a template of another kind. */
export function readCircuitOfPath(path: string, openFile: OpenFile): CircuitTemplate {
  const template = readTemplateOfPath(path, openFile);
  if (template.kind === "CircuitTemplate") return template;
  const message = `${quoted(path)} is a ${template.kind}, but a CircuitTemplate is needed here`;
  throw new MassgridError([{ code: "E_TEMPLATE_KIND", path: [], message }]);
}
