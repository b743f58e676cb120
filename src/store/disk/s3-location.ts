import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";

/** A prefix of a bucket: where a store is. */
export interface S3Location {
  /** As messages name it: s3://bucket/prefix. */
  url: string;
  bucket: string;
  /** Without "/" at its end; "" is the whole bucket. */
  prefix: string;
}

/** Where requests go, and how they are signed. Nothing of it but the URL may ever be told. */
export interface S3Settings {
  /** The URL of the bucket, without "/" at its end. */
  bucketUrl: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/** Variables of the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Bytes that the name of an object may have, and those of massgrid's longest one below its prefix, rounded up. */
const MOST_BYTES = 1024;
const OWN_BYTES = 160;

/** Whether a location is a URL, and no path. A single letter is a drive of Windows. */
export function isUrl(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** The location that a URL names. Throws E_STORE_URL, whose message has nothing that could be a password. */
export function s3Location(text: string): S3Location {
  const [, scheme, rest] = /^([^:]*):\/\/(.*)$/su.exec(text) ?? ["", "", ""];
  if (scheme !== "s3") {
    const nearest =
      scheme.toLowerCase() === "s3" ? "write s3:// in small letters" : "other object stores speak S3 too: docs/object-stores.md";
    throw badUrl(`${sanitize(scheme)}://… is no store: it is a directory, or s3://bucket/prefix; ${nearest}`);
  }
  const cut = rest.indexOf("/");
  const bucket = cut < 0 ? rest : rest.slice(0, cut);
  const prefix = cut < 0 ? "" : rest.slice(cut + 1).replace(/\/$/u, "");
  if (bucket.includes("@") || bucket.includes(":"))
    throw badUrl("a store's URL is s3://bucket/prefix, without keys, host or port: those are read from AWS_… variables");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/.test(bucket))
    throw badUrl(`s3://${sanitize(bucket)}: a bucket's name has 3 or more letters, digits, ".", "-" or "_"; the URL is s3://bucket/prefix`);
  const url = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  const fault = prefixFault(prefix);
  if (fault !== undefined) throw badUrl(`${sanitize(url)}: ${fault}`);
  return { url, bucket, prefix };
}

function prefixFault(prefix: string): string | undefined {
  if (prefix === "") return undefined;
  if (/[\p{Cc}\p{Cs}]/u.test(prefix)) return "its prefix has characters that are not seen";
  // URLs lose such parts on their way.
  const part = prefix.split("/").find((name) => name === "" || name === "." || name === "..");
  if (part !== undefined)
    return `its prefix has ${part === "" ? "an empty part" : `a part "${part}"`}, which not all ways to a bucket keep`;
  const bytes = new TextEncoder().encode(prefix).length;
  return bytes > MOST_BYTES - OWN_BYTES ? `its prefix has ${bytes} bytes, and ${MOST_BYTES - OWN_BYTES} are the most` : undefined;
}

function badUrl(message: string): Error {
  return storeError("E_STORE_URL", message);
}

/** What the variables of the AWS command line say of a bucket. Throws E_S3_SETTINGS, which names what is missing and has no value of a key. */
export function s3Settings({ url, bucket }: S3Location, variables: Variables): S3Settings {
  const read = (...names: string[]) => names.map((name) => variables[name]).find((value) => value !== undefined && value !== "");
  const endpoint = read("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  const region = read("AWS_REGION", "AWS_DEFAULT_REGION");
  const [accessKeyId, secretAccessKey] = [read("AWS_ACCESS_KEY_ID"), read("AWS_SECRET_ACCESS_KEY")];
  const missing = [
    ...(accessKeyId === undefined ? ["AWS_ACCESS_KEY_ID"] : []),
    ...(secretAccessKey === undefined ? ["AWS_SECRET_ACCESS_KEY"] : []),
    ...(region === undefined && endpoint === undefined ? ["AWS_REGION (or AWS_ENDPOINT_URL, of a server that is not Amazon's)"] : []),
  ];
  if (accessKeyId === undefined || secretAccessKey === undefined || missing.length > 0)
    throw badSettings(`${sanitize(url)} needs variables of the environment that are not set: ${missing.join(", ")}`);
  const sessionToken = read("AWS_SESSION_TOKEN");
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
  for (const [name, value] of Object.entries(keys))
    if (value !== undefined && !/^[\x21-\x7e]+$/.test(value))
      throw badSettings(`${name} has a space, a line break or another character that no key has`);
  if (region !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(region))
    throw badSettings(`AWS_REGION is ${sanitize(region)}, which is no region, such as eu-central-1`);
  // What servers that are not Amazon's take where they have no regions.
  const where = region ?? "us-east-1";
  const bucketUrl = endpoint === undefined ? amazonsUrl(bucket, where) : `${endpointUrl(endpoint)}/${bucket}`;
  return { bucketUrl, region: where, accessKeyId, secretAccessKey, sessionToken };
}

/** The bucket is a part of the host; a name with a dot would not be covered by the host's certificate. */
function amazonsUrl(bucket: string, region: string): string {
  const host = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return /^[a-z0-9-]+$/.test(bucket) ? `https://${bucket}.${host}` : `https://${host}/${bucket}`;
}

function endpointUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  // It may have a password in it, and is not told.
  if (!isPlain)
    throw badSettings("AWS_ENDPOINT_URL is no URL of a server, such as https://minio.example.org:9000, without name and password");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function badSettings(message: string): Error {
  return storeError("E_S3_SETTINGS", `${message}; docs/object-stores.md lists them`);
}
