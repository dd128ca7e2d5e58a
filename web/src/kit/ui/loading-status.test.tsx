import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { aBalance, aPlan, aSummary, asJson } from "../../test/samples";
import { CreditBalance } from "../components/credit-balance";
import { CurrentPlan } from "../components/current-plan";
import { PlanCards } from "../components/plan-cards";
import { UsageIndicator } from "../components/usage-indicator";

test("however much is loaded, that it is loaded is said once, and no more when it is there", async () => {
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  const { container } = renderKit(
    <>
      <CreditBalance />
      <CurrentPlan plansHref="/pricing" />
      <PlanCards />
      <UsageIndicator buyHref="/buy" />
    </>,
    {
      get_credit_balance: () => late.then(() => aBalance()),
      get_credit_summary: () => late.then(() => asJson(aSummary())),
      list_credit_plans: [aPlan()],
      set_credit_alerts: { account_id: "", low_balance: null, default_low_balance: 20 },
    },
  );
  expect(await screen.findByText("Loading")).toHaveAttribute("aria-live", "polite");
  expect(container.querySelectorAll("[role=status], [aria-live]")).toHaveLength(1);
  expect(container.querySelectorAll("[aria-busy=true][aria-hidden=true]")).toHaveLength(4);
  answer();
  await expect.poll(() => container.querySelector("[aria-busy=true]")).toBeNull();
  expect(screen.queryByText("Loading")).toBeNull();
});

test("what is asked for again behind what is shown is not said to be loaded", async () => {
  const { fake, container } = renderKit(<CreditBalance />, { get_credit_balance: aBalance() });
  await expect.poll(() => fake.isHeard).toBe(true);
  const [region] = container.querySelectorAll("[aria-live]");
  fake.answers.get_credit_balance = () => new Promise(() => {});
  fake.broadcast();
  await expect.poll(() => fake.argsOf("get_credit_balance").length).toBeGreaterThan(1);
  await act(() => new Promise((resolve) => setTimeout(resolve, 20))); // it would be told by now
  expect(region).toBeEmptyDOMElement();
});
