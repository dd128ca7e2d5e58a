import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { asCreditsError } from "../errors";
import { Answer } from "./answer";

const lost = asCreditsError({});

function show(query: { data?: string; error?: unknown }, compact = false) {
  const refetch = vi.fn();
  const whole = { data: query.data, error: query.error ?? null, refetch };
  render(
    <Answer query={whole} compact={compact} height="1rem">
      {(data) => <p>{data}</p>}
    </Answer>,
  );
  return refetch;
}

test("what could not be asked for again stays, and says that it is not up to date", async () => {
  const refetch = show({ data: "250 credits", error: lost });
  expect(screen.getByText("250 credits")).toBeVisible();
  expect(screen.getByRole("status")).toHaveTextContent("Not up to date: No answer came");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(refetch).toHaveBeenCalledOnce();
});

test("in one line that is a sign, whose name is the sentence", async () => {
  const refetch = show({ data: "250", error: lost }, true);
  expect(screen.getByText("250")).toBeVisible();
  const sign = screen.getByRole("button", { name: /^Not up to date: No answer came.* Try again$/ });
  expect(sign).toHaveTextContent("!");
  await userEvent.click(sign);
  expect(refetch).toHaveBeenCalledOnce();
});

test("what is up to date says nothing of it", () => {
  show({ data: "250" });
  expect(screen.queryByRole("button")).toBeNull();
});

test("what was never there is only an error", () => {
  show({ error: lost });
  expect(screen.getByRole("alert")).toHaveTextContent("No answer came");
});
