// Folders of tests' own files.
import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** The path of a folder for the files of one suite: made before its tests, removed after them. */
export function folderFor(name: string): string {
  const folder = join(realpathSync(tmpdir()), `massgrid-${name}-${randomUUID().slice(0, 8)}`);
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
