import { expect, test } from "vitest";
import type { Act } from "../../services/admin";
import { reportAct } from "./report";

test.each([
  ["done", "good", "Done: 5 credits. The balance is 30, of which 20 are available."],
  ["pending", "warn", "Nothing has moved yet: this waits for a second administrator"],
  ["expired", "warn", "Nothing has moved: the act is expired."],
  ["declined", "warn", "Nothing has moved: the act is declined."],
] as const)("an act that is %s is told in %s words", (state, tone, text) => {
  const act = { state, amount: 5, balance: 30, available: 20 } as Act;
  expect(reportAct(act)).toEqual({ tone, text: expect.stringContaining(text) });
});
