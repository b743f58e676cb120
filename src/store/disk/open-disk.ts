import type { AwsV4Signer } from "aws4fetch";
import { isRecord } from "../../check.ts";
import type { Host } from "../../platform/node-host.ts";
import { storeError } from "../errors.ts";
import { Disk } from "./disk.ts";
import { LocalFolder } from "./local-folder.ts";
import { S3Client } from "./s3-client.ts";
import { S3Folder } from "./s3-folder.ts";
import { isUrl, s3Location, s3Settings } from "./s3-location.ts";

/**
 * The disk of a store by the path or URL that was given: the one place that chooses where bytes are. Throws E_STORE_URL, E_S3_SETTINGS or
 * E_S3_PACKAGE before any request.
 */
export function openDisk(location: string, host: Host): Disk {
  if (!isUrl(location)) return new Disk(new LocalFolder(location, host), host);
  const place = s3Location(location);
  const settings = s3Settings(place, host.variables);
  return new Disk(new S3Folder(new S3Client(place, settings, { signer: signerOf(host) }), host), host);
}

const PACKAGE = "aws4fetch";

/** What signs requests: an optional peer, as few stores need it. */
function signerOf(host: Host): typeof AwsV4Signer {
  const found = host.installed(PACKAGE);
  if (hasSigner(found)) return found.AwsV4Signer;
  throw storeError("E_S3_PACKAGE", `s3:// needs the package ${PACKAGE}, which is not installed: npm install ${PACKAGE}`);
}

/** The border of a package that may not be there. */
function hasSigner(found: unknown): found is { AwsV4Signer: typeof AwsV4Signer } {
  return isRecord(found) && typeof found.AwsV4Signer === "function";
}
