import { refusal, sanitize } from "../../errors.ts";
import { UsageError } from "../usage.ts";
import { isAnswer, type Peers, type RedisClient } from "./peers.ts";

/** The variable of the environment that holds the address where --redis is not given: command lines are seen by everybody. */
const VARIABLE = "REDIS_URL";
const EXAMPLE = "redis://localhost:6379";

/** Where a Redis is. Passwords are in `url` alone, which no message has. */
export interface RedisAddress {
  url: string;
  /** As messages name it. */
  shown: string;
  /** A text without what must not be seen. */
  hide(text: string): string;
}

/** The address that --redis or the environment gives. */
export function redisAddress(option: string | undefined): RedisAddress {
  const text = option ?? process.env[VARIABLE];
  if (text === undefined) throw new UsageError(`give --redis <url>, such as ${EXAMPLE}, or the variable ${VARIABLE} of the environment`);
  const wrong = `${option === undefined ? VARIABLE : "--redis"}: it is the address of a Redis, such as ${EXAMPLE} or rediss://user:password@host:port`;
  if (!URL.canParse(text)) throw new UsageError(wrong);
  const { protocol, hostname, port, pathname, username, password } = new URL(text);
  if (!["redis:", "rediss:"].includes(protocol) || hostname === "") throw new UsageError(wrong);
  const secrets = [password, decoded(password), ...(password === "" ? [] : [username])].filter((secret) => secret !== "");
  return {
    url: text,
    shown: sanitize(`${protocol}//${hostname}:${port === "" ? 6379 : port}${pathname === "/" ? "" : pathname}`),
    hide: (message) => secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), message),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How long a Redis may take to answer at first, in ms; once it has been there, it is waited for. */
const PATIENCE = 10_000;
/** How long after it was lost the next try is, in ms. */
const AGAIN = 500;
/** A connection to Redis, which comes back by itself; what was asked meanwhile waits. Says once that it waits. Throws E_REDIS where there is none. */
export async function connect({ Redis }: Peers, { url, shown, hide }: RedisAddress): Promise<RedisClient> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => AGAIN, connectTimeout: PATIENCE });
  let wasReady = false;
  let isTold = false;
  let last: Error | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(refusal("E_REDIS", `${shown} cannot be used: ${sanitize(hide(last?.message || "it does not answer"))}`));
      const timer = setTimeout(fail, PATIENCE);
      redis.on("ready", () => {
        clearTimeout(timer);
        if (isTold) console.error(`massgrid: ${shown} is there again`);
        wasReady = true;
        isTold = false;
        resolve();
      });
      redis.on("error", (error) => {
        last = error;
        // It is there, and says no, as to a password: no further try will help.
        if (!wasReady && isAnswer(error)) {
          clearTimeout(timer);
          fail();
        }
      });
      redis.on("close", () => {
        if (!wasReady || isTold || redis.status === "end") return;
        isTold = true;
        console.error(`massgrid: ${shown} is lost; waiting for it`);
      });
      // What it rejects with has been told to the listeners.
      redis.connect().catch(() => {});
    });
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return redis;
}
