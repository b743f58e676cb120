/** A page of a list of objects. */
export interface ListPage {
  /** Names of objects, and those parts of names that end with the delimiter. */
  names: string[];
  /** What asks for the next page; undefined for the last one. */
  next: string | undefined;
}

/** The page that an answer of ListObjectsV2 is; otherwise what is wrong with it, such as an end that is missing. */
export function listPage(xml: string): ListPage | string {
  const [, body] = /<ListBucketResult[\s>]([\s\S]*)<\/ListBucketResult>\s*$/.exec(xml) ?? [];
  if (body === undefined) return "an incomplete list";
  const entries = body.matchAll(/<(Contents|CommonPrefixes)>([\s\S]*?)<\/\1>/g);
  const names = Array.from(entries, ([, kind, inner]) => field(inner, kind === "Contents" ? "Key" : "Prefix"));
  const isLast = field(body, "IsTruncated") !== "true";
  const next = isLast ? undefined : field(body.replaceAll(/<(Contents|CommonPrefixes)>[\s\S]*?<\/\1>/g, ""), "NextContinuationToken");
  if (!isLast && (next === undefined || next === "")) return "a list that does not tell how it goes on";
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? { names: known, next } : "a list without names";
}

/** The text of the first element of a name, which has no elements in it; undefined if there is none. */
export function field(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml) ?? [];
  return text?.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_all, hex, decimal, named) => {
    if (named !== undefined) return entities[String(named).toLowerCase()] ?? "";
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The code of an error, such as NoSuchKey. The rest of such an answer is not read: it may repeat a signature, or the id of a key. */
export function errorCode(xml: string): string | undefined {
  const code = /<Error[\s>]/.test(xml) ? field(xml, "Code") : undefined;
  return code !== undefined && /^[A-Za-z][\w.]{0,63}$/.test(code) ? code : undefined;
}

/** What is done about refusals that another try would not change. */
export const remedies: Readonly<Record<string, string>> = {
  AccessDenied: "the key may not do this: it needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject here",
  AllAccessDisabled: "the bucket is locked",
  AuthorizationHeaderMalformed: "AWS_REGION may be another one than the bucket's",
  ExpiredToken: "the keys are of a session that is over: get new ones",
  InvalidAccessKeyId: "AWS_ACCESS_KEY_ID is not known there",
  InvalidBucketName: "the bucket's name is none there",
  InvalidToken: "AWS_SESSION_TOKEN is not known there, or is of other keys",
  NoSuchBucket: "there is no such bucket: make it first",
  PermanentRedirect: "the bucket is in another region: set AWS_REGION",
  RequestTimeTooSkewed: "the clock of this machine is wrong",
  SignatureDoesNotMatch: "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID",
  TemporaryRedirect: "the bucket is in another region: set AWS_REGION",
};

/** Codes of refusals that another try may change. */
export const passing: readonly string[] = [
  "BadDigest",
  "IncompleteBody",
  "InternalError",
  "OperationAborted",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "XAmzContentSHA256Mismatch",
];

/** Codes of a store that is full. */
export const full: readonly string[] = ["InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"];
