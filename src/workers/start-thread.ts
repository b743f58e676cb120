import { nodeThread } from "./node-thread.ts";
import type { Thread } from "./thread.ts";
import { webThread } from "./web-thread.ts";

/** Starts a worker; undefined where the platform has none. Throws where it does not let us. */
export type StartThread = () => Thread | undefined;

export const startThread: StartThread = () => nodeThread() ?? webThread();
