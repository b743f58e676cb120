import { isPlain, ownEntry } from "../check.ts";
import { DEFAULTS } from "./table.ts";

/** Where a sweep looks closer: between neighbours of its grid that differ. */
export interface RefineOptions {
  /** A column of the map, such as "V_regime" or "status"; or the name of a feature of which there is one column, such as "regime". */
  feature: string;
  /** How many times the distance between two neighbours is halved at most; 6 if not given. */
  depth?: number;
  /** Most points that are added; 1000 if not given. */
  maxPoints?: number;
  /** Numbers differ where they are further apart than this fraction of their range over the grid; 0.1 if not given. Texts differ where they are not equal. */
  change?: number;
}

/** "up": along rising values of a key; "down": along falling ones; "both": up, and from there down again. */
export const followDirections = ["up", "down", "both"] as const;
export type FollowDirection = (typeof followDirections)[number];

/** How points start from where their neighbours ended. */
export interface FollowOptions {
  /** The grid key along which points follow each other; the grid's only key if not given. */
  key?: string;
  direction: FollowDirection | (string & {});
}

/** What both are with no default left out; `key` null is the grid's only one. */
export type NormalRefine = false | Required<RefineOptions>;
export type NormalFollow = false | { key: string | null; direction: string };

export function fillRefine(refine: RefineOptions | false): NormalRefine {
  if (!isPlain(refine)) return false;
  const given = Object.entries(refine).filter(([, value]) => value !== null && value !== undefined);
  return Object.assign({}, refine, DEFAULTS.refine, Object.fromEntries(given));
}

/** The key by what its column is called; one that is no name stays as it is, which is told where options are checked. */
export function fillFollow(
  follow: FollowDirection | FollowOptions | string | NormalFollow,
  rename: Readonly<Record<string, string>>,
): NormalFollow {
  if (typeof follow === "string") return { key: null, direction: follow };
  if (follow === false || !isPlain(follow)) return false;
  const { key = null, direction } = follow;
  return { key: typeof key === "string" ? (ownEntry(rename, key) ?? key) : key, direction };
}
