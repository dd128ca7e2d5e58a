import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderKit } from "../../test/render";
import { pass } from "../../test/time";
import type { Estimate } from "../services/catalog";
import { useEstimate } from "./use-estimate";

const estimate = (expected: number): Estimate => ({
  low: 1,
  expected,
  high: 9,
  affordable: true,
  model: "m",
  input_tokens: 1,
});

function Probe({ prompt }: { prompt: string | null }) {
  const answer = useEstimate(prompt === null ? null : { prompt });
  return <p data-testid="probe">{`${answer.estimate?.expected ?? "none"} ${answer.isPending}`}</p>;
}

const shown = () => screen.getByTestId("probe").textContent;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("only what has stayed the same for a second is estimated", async () => {
  const { fake, rerender } = renderKit(<Probe prompt={null} />, {
    estimate_credit_cost: estimate(3),
  });
  for (const prompt of ["a", "ab", "abc"]) {
    rerender(<Probe prompt={prompt} />);
    await pass(999);
  }
  expect(fake.calls).toEqual([]);
  expect(shown()).toBe("none true");
  await pass(100);
  expect(fake.argsOf("estimate_credit_cost")).toEqual([{ prompt: "abc" }]);
  expect(shown()).toBe("3 false");
});

test("an answer that comes late does not replace the answer to a later request", async () => {
  const { fake, rerender } = renderKit(<Probe prompt={null} />, {
    estimate_credit_cost: ({ prompt }) =>
      new Promise((resolve) =>
        setTimeout(
          () => resolve(estimate(prompt === "slow" ? 1 : 2)),
          prompt === "slow" ? 5000 : 10,
        ),
      ),
  });
  rerender(<Probe prompt="slow" />);
  await pass(1100);
  rerender(<Probe prompt="quick" />);
  await pass(1100);
  expect(shown()).toBe("2 false");
  await pass(6000);
  expect(fake.calls).toHaveLength(2);
  expect(shown()).toBe("2 false");
});

test("nothing is asked any more once it is gone", async () => {
  const { fake, rerender, unmount } = renderKit(<Probe prompt={null} />, {
    estimate_credit_cost: estimate(3),
  });
  rerender(<Probe prompt="a" />);
  await pass(500);
  unmount();
  await pass(2000);
  expect(fake.calls).toEqual([]);
});

test("a call that nobody waits for is given up", async () => {
  const { fake, rerender, unmount } = renderKit(<Probe prompt={null} />, {
    estimate_credit_cost: () => new Promise(() => {}),
  });
  rerender(<Probe prompt="a" />);
  await pass(1100);
  expect(fake.signals.map((signal) => signal.aborted)).toEqual([false]);
  unmount();
  expect(fake.signals.map((signal) => signal.aborted)).toEqual([true]);
});
