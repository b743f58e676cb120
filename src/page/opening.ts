import { begin } from "./answers.ts";
import { readModel } from "./models.ts";
import type { Begun, MapPart } from "./protocol.ts";
import { published } from "./state.ts";
import { sweep } from "./sweep.ts";

/**
 * What the page begins with where its address names nothing else: what the package has, and the published sweep, already run. The build puts
 * what this gives in place of this module (scripts/opening.mjs), so that the page that is opened has only to draw it.
 */
export async function opening(): Promise<Begun & { map: MapPart }> {
  const parts: MapPart[] = [];
  const told = { part: (part: MapPart) => void parts.push(part), progress: () => {} };
  await sweep({ state: published, model: readModel(published.model) }, told, new AbortController().signal);
  if (parts.length !== 1) throw new Error("what the page opens with comes in several parts");
  return { ...(await begin({ hash: "", text: undefined })), map: parts[0] };
}
