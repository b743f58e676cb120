import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
  YAMLException,
} from "js-yaml";
import { sanitize } from "../../errors.ts";
import { checkShape, MOST_DEPTH, ofTemplates } from "./shape.ts";
import { faultAt, type Place, type SourceFile } from "./source.ts";

/** What a value begins with. */
export type NodeEvent = CollectionEvent | ScalarEvent | AliasEvent;
export type CollectionEvent = MappingEvent | SequenceEvent;

/** The parts of a text's one document, by their offsets: beginnings and ends of collections, scalars, aliases. Sizes are bounded. */
export function eventsOf(file: SourceFile): Event[] {
  checkShape(file, ofTemplates);
  try {
    // The document itself and a value within the deepest list are two levels more.
    return parseEvents(file.text, { maxDepth: MOST_DEPTH + 2 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const place = { file, offset: error.mark?.position ?? 0 };
    if (error.reason.includes("maxDepth")) return tooDeep(place);
    return faultAt(place, { code: "E_YAML_SYNTAX", message: sanitize(error.reason) });
  }
}

export function tooDeep(place: Place): never {
  return faultAt(place, { code: "E_YAML_DEPTH", message: `the file nests deeper than ${MOST_DEPTH} levels` });
}

/** Offset of a node: of an alias its star, of a text its first character within quotes, of one in a block what begins the block. */
export function startOf(event: NodeEvent, text: string): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR) return event.start;
  if (event.style === SCALAR_STYLE.LITERAL_BLOCK) return text.lastIndexOf("|", event.valueStart - 1);
  return event.style === SCALAR_STYLE.FOLDED_BLOCK ? text.lastIndexOf(">", event.valueStart - 1) : event.valueStart;
}

/** Tags of YAML's own kinds, by the kind of node that may have them. */
const coreTags = {
  [EVENT_ID.MAPPING]: /^!$|^!(?:!|<tag:yaml\.org,2002:)map>?$/,
  [EVENT_ID.SEQUENCE]: /^!$|^!(?:!|<tag:yaml\.org,2002:)seq>?$/,
  [EVENT_ID.SCALAR]: /^!$|^!(?:!|<tag:yaml\.org,2002:)(?:str|int|float|bool|null)>?$/,
};

/** The tag of a node; refuses those that are not YAML's own. */
export function tagOf(event: CollectionEvent | ScalarEvent, file: SourceFile): string | undefined {
  const offset = event.tagStart;
  if (offset < 0) return undefined;
  const tag = file.text.slice(offset, event.tagEnd);
  if (coreTags[event.type].test(tag)) return tag;
  return faultAt(
    { file, offset },
    {
      code: "E_YAML_TAG",
      message: `the tag ${sanitize(tag)} is not known; templates are plain maps, lists, texts and numbers`,
    },
  );
}
