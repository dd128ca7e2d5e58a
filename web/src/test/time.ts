/** Fake time, for tests after `vi.useFakeTimers()`. */
import { act } from "@testing-library/react";
import { vi } from "vitest";

const STEP_MS = 50;

/**
 * Lets time pass, in steps: React renders at the end of each, and what a render starts goes on in
 * the next one.
 */
export async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(left, STEP_MS)));
  }
  for (let again = 0; again < 3; again += 1) {
    await act(() => vi.advanceTimersByTimeAsync(0));
  }
}
