import { expect, test, vi } from "vitest";
import type { Supabase } from "./client";
import { watchBalance } from "./live";

/** A channel as Supabase's client has it, with what comes over it in a test's hands. */
function watched() {
  let tell = () => {};
  let say = (_: string) => {};
  const made = {
    on: vi.fn((_type: string, _filter: object, listener: () => void) => {
      tell = listener;
      return made;
    }),
    subscribe: (listener: (status: string) => void) => {
      say = listener;
      return made;
    },
  };
  const channel = vi.fn(() => made);
  const removeChannel = vi.fn(async () => "ok" as const);
  const watcher = { moved: vi.fn(), joined: vi.fn() };
  const supabase = { channel, removeChannel } as unknown as Supabase;
  const leave = watchBalance(supabase, "a", watcher);
  return { ...watcher, leave, made, channel, removeChannel, tell: () => tell(), say };
}

test("a watcher of the account's private channel hears of its moves", () => {
  const { moved, channel, made, tell } = watched();
  expect(channel).toHaveBeenCalledExactlyOnceWith("credits:a", { config: { private: true } });
  expect(made.on.mock.calls[0]?.slice(0, 2)).toEqual(["broadcast", { event: "balance" }]);
  tell();
  expect(moved).toHaveBeenCalledOnce();
});

test("a watcher hears when the channel is joined, each time, and of no other state", () => {
  const { joined, say } = watched();
  say("CHANNEL_ERROR");
  expect(joined).not.toHaveBeenCalled();
  say("SUBSCRIBED");
  say("TIMED_OUT");
  say("SUBSCRIBED");
  expect(joined).toHaveBeenCalledTimes(2);
});

test("who leaves closes the channel", () => {
  const { leave, made, removeChannel } = watched();
  expect(removeChannel).not.toHaveBeenCalled();
  leave();
  expect(removeChannel).toHaveBeenCalledExactlyOnceWith(made);
});
