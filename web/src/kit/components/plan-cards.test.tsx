import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { fakeEdge, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aBalance, aPlan, aSubscription } from "../../test/samples";
import { recallCheckout } from "../checkouts";
import { OpenPage } from "../hooks/use-checkout";
import { PlanCards } from "./plan-cards";

const plans = [
  aPlan({ code: "free", name: "Free", price_cents: 0, monthly_credits: 100 }),
  aPlan(),
  aPlan({ code: "pro", name: "Pro", price_cents: 2900, monthly_credits: 5000 }),
  aPlan({ code: "enterprise", name: "Enterprise", price_cents: null, contact_only: true }),
];
const answers = { list_credit_plans: plans, get_credit_balance: aBalance({ plan: "free" }) };

async function card(name: string) {
  return within(await screen.findByRole("listitem", { name }));
}

test("a plan shows its price, allowance and features, and the own one is marked", async () => {
  renderKit(<PlanCards />, answers);
  const pro = await card("Pro");
  expect(pro.getByText("$29.00")).toBeVisible();
  expect(pro.getByText("a month")).toBeVisible();
  expect(pro.getByText("5,000 credits")).toBeVisible();
  expect(pro.getByText("E-mail support")).toBeVisible();
  expect(await (await card("Free")).findByText("Your plan")).toBeVisible();
  expect(screen.getAllByText("Your plan")).toHaveLength(1);
  expect((await card("Free")).queryByRole("button")).toBeNull();
});

test("subscribing opens the plan's checkout", async () => {
  const calls = fakeEdge({
    "/api/stripe/create-subscription-checkout": {
      url: "https://pay.test/2",
      session_id: "cs_2",
      order_id: "o2",
    },
  });
  const open = vi.fn();
  renderKit(
    <OpenPage value={open}>
      <PlanCards />
    </OpenPage>,
    answers,
  );
  const button = await screen.findByRole("button", { name: "Subscribe to Pro" });
  await waitFor(() => expect(button).toBeEnabled());
  await userEvent.click(button);
  await waitFor(() => expect(open).toHaveBeenCalledExactlyOnceWith("https://pay.test/2"));
  expect(calls[0]?.args).toEqual({ plan: "pro" });
  expect(recallCheckout("cs_2")).toBe("o2");
});

test("who is subscribed changes the plan in the portal", async () => {
  const calls = fakeEdge({ "/api/stripe/portal": { url: "https://pay.test/p" } });
  const open = vi.fn();
  renderKit(
    <OpenPage value={open}>
      <PlanCards />
    </OpenPage>,
    {
      ...answers,
      get_credit_balance: aBalance({ subscription: aSubscription() }),
    },
  );
  await userEvent.click(await screen.findByRole("button", { name: "Change to Pro at Stripe" }));
  await waitFor(() => expect(open).toHaveBeenCalledExactlyOnceWith("https://pay.test/p"));
  expect(calls.map(({ name }) => name)).toEqual(["/api/stripe/portal"]);
  expect((await card("Free")).queryByRole("button")).toBeNull();
});

test("a plan that is sold on request leads to the form", async () => {
  renderKit(<PlanCards contactHref="#ask" />, answers);
  const link = await screen.findByRole("link", { name: "Contact us about Enterprise" });
  expect(link).toHaveAttribute("href", "#ask");
  expect((await card("Enterprise")).getByText("On request")).toBeVisible();
});

test("nothing of an account is asked for a visitor", async () => {
  const { fake } = renderKit(<PlanCards signInHref="/sign-in" />, answers);
  expect(await screen.findByRole("link", { name: "Sign in to have Pro" })).toBeVisible();
  expect(fake.calls.map(({ name }) => name)).toEqual(["list_credit_plans"]);
  expect(screen.queryByText("Your plan")).toBeNull();
});

test("where the account's plan cannot be asked for it says why, and asks again", async () => {
  const { fake } = renderKit(<PlanCards />, {
    ...answers,
    get_credit_balance: () => {
      throw refusal("account_not_found", { hint: "There is no such account." });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such account.");
  expect(screen.getByRole("button", { name: "Subscribe to Pro" })).toBeDisabled();
  fake.answers.get_credit_balance = answers.get_credit_balance;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() =>
    expect(screen.getByRole("button", { name: "Subscribe to Pro" })).toBeEnabled(),
  );
});

test("the plan that one pays for is not offered again", async () => {
  renderKit(<PlanCards />, { ...answers, get_credit_balance: aBalance({ plan: "pro" }) });
  const pro = await card("Pro");
  expect(await pro.findByText("Your plan")).toBeVisible();
  expect(pro.queryByRole("button")).toBeNull();
});
