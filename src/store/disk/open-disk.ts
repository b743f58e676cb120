import type { Host } from "../../platform/node-host.ts";
import { Disk } from "./disk.ts";
import { LocalFolder } from "./local-folder.ts";

/** The disk of a store by the path that was given: the one place that chooses where bytes are. */
export function openDisk(location: string, host: Host): Disk {
  return new Disk(new LocalFolder(location, host), host);
}
