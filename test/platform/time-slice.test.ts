// The event loop gets its turn without a message where the platform is Node, which loads what it has of fetch for the first one.
import { afterEach, expect, test, vi } from "vitest";
import { TimeSlice } from "../../src/platform/time-slice.ts";

afterEach(() => vi.unstubAllGlobals());

/** Counts the channels that are made. */
function countChannels(): { made: number } {
  const count = { made: 0 };
  const Channel = MessageChannel;
  class Counted extends Channel {
    constructor() {
      super();
      count.made++;
    }
  }
  vi.stubGlobal("MessageChannel", Counted);
  return count;
}

test("time-slice: in Node, messages that wait are handled, and no channel is made", async () => {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port1.onmessage = ({ data }) => heard.push(data);
  port2.postMessage("waits");
  const count = countChannels();
  // The first turn may end before the platform has looked for messages.
  for (let turn = 0; turn < 3; turn++) await new TimeSlice().yieldToEventLoop();
  port1.close();
  expect(heard).toEqual(["waits"]);
  expect(count.made).toBe(0);
});

test("time-slice: elsewhere by a message", async () => {
  const count = countChannels();
  vi.stubGlobal("process", undefined);
  await new TimeSlice().yieldToEventLoop();
  expect(count.made).toBe(1);
});
