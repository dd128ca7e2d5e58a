import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aBalance } from "../../test/samples";
import { CreditCheck } from "./credit-check";

const answers = {
  has_enough_credits: true,
  calculate_query_cost: 50,
  get_credit_balance: aBalance({ available: 120 }),
};

function check(more: Partial<typeof answers> = {}) {
  const [onProceed, onCancel] = [vi.fn(), vi.fn()];
  const { fake } = renderKit(
    <CreditCheck
      usageType="voice_call"
      amount={5}
      buyHref="/buy"
      onProceed={onProceed}
      onCancel={onCancel}
    >
      A call of five minutes
    </CreditCheck>,
    { ...answers, ...more },
  );
  return { fake, onProceed, onCancel };
}

test("with enough credits it tells the cost, and goes on when asked to", async () => {
  const { fake, onProceed } = check();
  expect(screen.getByText("A call of five minutes")).toBeVisible();
  expect(await screen.findByText("This costs 50 credits; you have 120.")).toBeVisible();
  expect(screen.getByText(/the charge itself decides/)).toBeVisible();
  expect(onProceed).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Use the credits" }));
  expect(onProceed).toHaveBeenCalledOnce();
  expect(fake.argsOf("has_enough_credits")).toEqual([
    { account_id: null, service: "voice_call", quantity: 5 },
  ]);
});

test("without enough it shows what is needed and there, offers to buy, and does not go on", async () => {
  const { onProceed } = check({
    has_enough_credits: false,
    get_credit_balance: aBalance({ available: 20 }),
  });
  expect(await screen.findByText("This needs 50 credits; you have 20.")).toBeVisible();
  expect(screen.getByRole("link", { name: "Buy credits" })).toHaveAttribute("href", "/buy");
  expect(screen.getByRole("button", { name: "Use the credits" })).toBeDisabled();
  expect(onProceed).not.toHaveBeenCalled();
});

test("a limit that is in the way is not called a lack of credits", async () => {
  check({ has_enough_credits: false });
  expect(await screen.findByText(/a limit of the month/)).toBeVisible();
  expect(screen.queryByRole("link", { name: "Buy credits" })).toBeNull();
});

test("it can be left at any time", async () => {
  const { onCancel } = check();
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onCancel).toHaveBeenCalledOnce();
});

test("a service that is unknown is told, and checked again on request", async () => {
  const { fake } = renderKit(
    <CreditCheck usageType="x" amount={1} buyHref="/buy" onProceed={vi.fn()} onCancel={vi.fn()} />,
    {
      ...answers,
      has_enough_credits: () => {
        throw refusal("unknown_service", { hint: "There is no such service." });
      },
    },
  );
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such service.");
  expect(screen.getByRole("button", { name: "Use the credits" })).toBeDisabled();
  fake.answers.has_enough_credits = true;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() =>
    expect(screen.getByRole("button", { name: "Use the credits" })).toBeEnabled(),
  );
});

test("who has exactly what is needed is told that something else is in the way", async () => {
  check({ has_enough_credits: false, get_credit_balance: aBalance({ available: 50 }) });
  expect(await screen.findByText(/a limit of the month/)).toBeVisible();
});
