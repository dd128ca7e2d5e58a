import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { ACCOUNT, aBalance, aPlan, aSummary, asJson } from "../../test/samples";
import { LowBalanceAlert } from "./low-balance-alert";
import { UsageIndicator } from "./usage-indicator";

const alerts = (low_balance: number | null, default_low_balance = 200) => ({
  account_id: ACCOUNT,
  low_balance,
  default_low_balance,
});
const answers = {
  get_credit_summary: asJson(aSummary()),
  get_credit_balance: aBalance(),
  list_credit_plans: [aPlan()],
  set_credit_alerts: alerts(null),
};

test("the bar tells how much of the month's allowance is left", async () => {
  renderKit(<UsageIndicator buyHref="/buy" />, answers);
  const bar = await screen.findByRole("progressbar", { name: "Allowance left" });
  expect(bar).toHaveAttribute("value", "250");
  expect(bar).toHaveAttribute("max", "1000");
  expect(bar).toHaveAttribute("aria-valuetext", "250 of 1,000 left of the month's allowance");
  expect(screen.getByText(/750 used since/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Buy credits" })).toHaveAttribute("href", "/buy");
});

test("an allowance that another month has left more of fills the bar, and no more", async () => {
  const grants = { allowance: 1200 };
  renderKit(<UsageIndicator buyHref="/buy" />, {
    ...answers,
    get_credit_summary: asJson(aSummary({ grants })),
  });
  const bar = await screen.findByRole("progressbar", { name: "Allowance left" });
  expect(bar).toHaveAttribute("value", "1200");
  expect(bar).toHaveAttribute("max", "1200");
});

const withoutAllowance = { ...answers, list_credit_plans: [aPlan({ monthly_credits: 0 })] };

test("without an allowance the bar tells what is left of what there was this month", async () => {
  renderKit(<UsageIndicator buyHref="/buy" />, withoutAllowance);
  const bar = await screen.findByRole("progressbar", { name: "Credits left" });
  expect(bar).toHaveAttribute("value", "250");
  expect(bar).toHaveAttribute("max", "1000");
  expect(screen.getByText("250 of 1,000 left of what there was this month")).toBeVisible();
});

test("where the month has a limit and no allowance the bar tells what is left of it", async () => {
  const caps = {
    monthly_spend_cap: 800,
    spent: 750,
    left: 50,
    resets_at: "2026-12-01T00:00:00Z",
  };
  renderKit(<UsageIndicator buyHref="/buy" />, {
    ...answers,
    get_credit_summary: asJson(aSummary({ caps, grants: null })),
  });
  const bar = await screen.findByRole("progressbar", { name: "Limit left" });
  expect(bar).toHaveAttribute("value", "50");
  expect(bar).toHaveAttribute("max", "800");
  expect(bar).toHaveAttribute("aria-valuetext", "50 of 800 left of the month's limit");
});

test("where there is nothing and was nothing, there is no bar", async () => {
  renderKit(<UsageIndicator buyHref="/buy" />, {
    ...withoutAllowance,
    get_credit_balance: aBalance({ balance: 0, available: 0 }),
    get_credit_summary: asJson(
      aSummary({
        balance: { ...aBalance({ balance: 0, available: 0 }), subscription: null },
        usage: { since: "2026-11-01T00:00:00Z", credits: 0, services: {} },
      }),
    ),
  });
  expect(await screen.findByText(/0 used since/)).toBeVisible();
  expect(screen.queryByRole("progressbar")).toBeNull();
});

test("it warns below the threshold, and not above", async () => {
  const { fake } = renderKit(<UsageIndicator buyHref="/buy" />, answers);
  expect(await screen.findByText(/750 used since/)).toBeVisible();
  expect(screen.queryByText("Low")).toBeNull();
  fake.answers.get_credit_balance = aBalance({ balance: 150, available: 150 });
  fake.broadcast();
  expect(await screen.findByText("Low")).toBeVisible();
});

test("a summary that is refused can be asked for again", async () => {
  const { fake } = renderKit(<UsageIndicator buyHref="/buy" />, {
    ...answers,
    get_credit_summary: () => {
      throw refusal("account_not_found", { hint: "There is no such account." });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such account.");
  fake.answers.get_credit_summary = answers.get_credit_summary;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText(/750 used since/)).toBeVisible();
});

test("the alert counts what is held as there, like the database", async () => {
  const held = aBalance({ balance: 250, held: 240, available: 10 });
  const { fake } = renderKit(<LowBalanceAlert buyHref="/buy" />, {
    ...answers,
    get_credit_balance: held,
  });
  await expect.poll(() => fake.isHeard && fake.argsOf("set_credit_alerts").length).toBe(1);
  expect(screen.queryByRole("status")).toBeNull();
  fake.answers.get_credit_balance = { ...held, balance: 150, available: 5 };
  fake.broadcast();
  expect(await screen.findByRole("status")).toHaveTextContent("Credits are low: 5 left.");
  fake.answers.get_credit_balance = { ...held, balance: 0, available: 0 };
  fake.broadcast();
  expect(await screen.findByText("There are no credits left.")).toBeVisible();
});

test("who may not see the settings is told of nothing but an empty account", async () => {
  const { fake } = renderKit(<LowBalanceAlert buyHref="/buy" />, {
    ...answers,
    get_credit_balance: aBalance({ balance: 1, available: 1 }),
    set_credit_alerts: () => {
      throw refusal("account_not_found");
    },
  });
  await expect.poll(() => fake.isHeard && fake.argsOf("set_credit_alerts").length).toBe(1);
  expect(screen.queryByRole("status")).toBeNull();
  fake.answers.get_credit_balance = aBalance({ balance: 0, available: 0 });
  fake.broadcast();
  expect(await screen.findByRole("link", { name: "Buy credits" })).toHaveAttribute("href", "/buy");
});
