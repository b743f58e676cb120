// The page's beginning: what it opens with comes beside what shows it.
import { Engine } from "./client.ts";
import { hasNoState } from "./link.ts";
import { show } from "./page.ts";
import type { Begun } from "./protocol.ts";

const engine = new Engine();
void show(engine, begin());

/** What is shown first: what the address holds, the template that it names, or the published sweep. */
async function begin(): Promise<Begun> {
  const text = await namedModel();
  if (text !== undefined || !hasNoState(location.hash)) return await engine.begin(location.hash, text);
  const { opening } = await import("./opening.ts");
  return await opening();
}

/** The template that `?model=` names, a file of the page's own origin. */
async function namedModel(): Promise<string | undefined> {
  const name = new URLSearchParams(location.search).get("model");
  if (name === null || !hasNoState(location.hash)) return undefined;
  const url = new URL(name, location.href);
  if (url.origin !== location.origin)
    throw new Error(`${name} is of another origin; only models beside this page can be named in its address`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name} could not be read: ${response.status} ${response.statusText}`);
  return await response.text();
}
