import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { TEAM } from "../../test/rows";
import { aBalance, aPrice } from "../../test/samples";
import type { Estimate, ModelChoice } from "../services/catalog";
import { CostEstimator } from "./cost-estimator";

const estimate = (more: Partial<Estimate> = {}): Estimate => ({
  low: 2,
  expected: 5.5,
  high: 12,
  affordable: true,
  model: "gpt",
  input_tokens: 7,
  ...more,
});
const choice = (more: Partial<ModelChoice> = {}): ModelChoice => ({
  model: "flash",
  provider: "P",
  task: "writing",
  complexity: "simple",
  estimated_credits: 0.25,
  affordable: true,
  reason: "",
  alternatives: [],
  ...more,
});

async function estimated(answers: Answers, accountId: string | null = null) {
  const { fake } = renderKit(
    <CostEstimator buyHref="/buy" delayMs={5} />,
    {
      list_credit_prices: [
        aPrice({ service: "gpt", meter: "tokens", provider: "P" }),
        aPrice({ service: "call", meter: "minutes", unit: "minute" }),
      ],
      ...answers,
    },
    accountId,
  );
  await userEvent.type(await screen.findByLabelText("Prompt"), "Hi");
  return fake;
}

test("a prompt is estimated: at least, as expected, at most", async () => {
  const fake = await estimated({ estimate_credit_cost: estimate() });
  expect(await screen.findByText("5.5")).toBeVisible();
  expect(screen.getByText("from 2 to 12")).toBeVisible();
  expect(screen.getByText("with gpt")).toBeVisible();
  expect(screen.getByText("You have enough for it.")).toBeVisible();
  expect(fake.argsOf("estimate_credit_cost").at(-1)).toEqual({ prompt: "Hi" });
  expect(fake.argsOf("choose_model")).toEqual([]);
});

test("what is too dear names a cheaper model, where one is affordable", async () => {
  const fake = await estimated({
    estimate_credit_cost: estimate({ affordable: false }),
    choose_model: choice(),
  });
  expect(await screen.findByText(/flash would do it for about 0.25 credits/)).toBeVisible();
  expect(screen.queryByRole("link", { name: "Buy credits" })).toBeNull();
  expect(fake.argsOf("choose_model")).toEqual([{ prompt: "Hi" }]);
});

test("what is too dear, whatever the model, offers to buy", async () => {
  await estimated({
    estimate_credit_cost: estimate({ affordable: false }),
    choose_model: choice({ affordable: false }),
  });
  expect(await screen.findByRole("link", { name: "Buy credits" })).toHaveAttribute("href", "/buy");
  expect(screen.queryByText(/would do it/)).toBeNull();
});

test("a service is estimated by its count, and has no range", async () => {
  const fake = await estimated({
    estimate_credit_cost: estimate({ low: 3, expected: 3, high: 3, model: null }),
  });
  await userEvent.selectOptions(screen.getByLabelText("Service"), "Call");
  await userEvent.type(screen.getByLabelText("Minutes"), "3");
  await waitFor(() =>
    expect(fake.argsOf("estimate_credit_cost").at(-1)).toEqual({
      service: "call",
      usage: { minutes: 3 },
    }),
  );
  expect(await screen.findByText("3")).toBeVisible();
  expect(screen.queryByText(/^from/)).toBeNull();
});

test("an estimate that is refused says why, and can be tried again", async () => {
  const fake = await estimated({
    estimate_credit_cost: () => {
      throw refusal("prompt_too_long", { hint: "The prompt is too long." });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("The prompt is too long.");
  fake.answers.estimate_credit_cost = estimate();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("5.5")).toBeVisible();
});

test.each([
  [11.99, "This may cost more than you have."],
  [12, "You have enough for it."],
])(
  "a team with %d credits is told so, whatever the user's own account has",
  async (available, words) => {
    const fake = await estimated(
      {
        estimate_credit_cost: estimate({ affordable: available < 12 }),
        get_credit_balance: aBalance({ available }),
        choose_model: choice(),
      },
      TEAM,
    );
    expect(await screen.findByText(words)).toBeVisible();
    expect(fake.argsOf("get_credit_balance")[0]).toEqual({ account_id: TEAM });
    expect(fake.argsOf("choose_model")).toEqual([]);
  },
);
