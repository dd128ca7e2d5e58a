import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { fakeEdge, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aBalance, aPlan, aSubscription } from "../../test/samples";
import { OpenPage } from "../hooks/use-checkout";
import type { Subscription } from "../services/billing";
import { CurrentPlan } from "./current-plan";

const END = "2026-12-11T12:00:00Z";
const subscription = (more: Partial<Subscription> = {}) => ({
  get_credit_balance: aBalance({
    subscription: aSubscription({ paid_until_at: END, next_billing_at: END, ...more }),
  }),
  list_credit_plans: [aPlan()],
});

test("a subscription tells what it costs, gives, and when it is paid next", async () => {
  renderKit(<CurrentPlan plansHref="/pricing" />, subscription());
  expect(
    await screen.findByText(
      "The list price is $9.00 a month. 1,000 credits every month. The next payment is on Dec 11, 2026.",
    ),
  ).toBeVisible();
  expect(screen.getByText("Starter")).toBeVisible();
});

test("it is managed in the portal", async () => {
  fakeEdge({ "/api/stripe/portal": { url: "https://pay.test/p" } });
  const open = vi.fn();
  renderKit(
    <OpenPage value={open}>
      <CurrentPlan plansHref="/pricing" />
    </OpenPage>,
    subscription(),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Manage subscription" }));
  await waitFor(() => expect(open).toHaveBeenCalledExactlyOnceWith("https://pay.test/p"));
});

test("cancelling asks first, and then tells when it ends", async () => {
  const calls = fakeEdge({ "/api/stripe/cancel": { cancel_at: "2026-12-11T12:00:00Z" } });
  const { fake } = renderKit(<CurrentPlan plansHref="/pricing" />, subscription());
  await userEvent.click(await screen.findByRole("button", { name: "Cancel it" }));
  expect(screen.getByRole("dialog")).toHaveTextContent("until what is paid for ends, on Dec 11");
  expect(calls).toEqual([]);
  fake.answers.get_credit_balance = subscription({
    cancel_at: "2026-12-11T12:00:00Z",
  }).get_credit_balance;
  await userEvent.click(screen.getByRole("button", { name: "Cancel the subscription" }));
  expect(await screen.findByText(/It ends on Dec 11, 2026/)).toBeVisible();
  expect(calls.map(({ name }) => name)).toEqual(["/api/stripe/cancel"]);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.queryByRole("button", { name: "Cancel it" })).toBeNull();
});

test("after a lost answer to a cancellation the plan is asked for again", async () => {
  fakeEdge({
    "/api/stripe/cancel": () => {
      throw refusal("no_answer", { code: "504", status: 504 });
    },
  });
  const { fake } = renderKit(<CurrentPlan plansHref="/pricing" />, subscription());
  await userEvent.click(await screen.findByRole("button", { name: "Cancel it" }));
  fake.answers.get_credit_balance = subscription({ cancel_at: END }).get_credit_balance;
  await userEvent.click(screen.getByRole("button", { name: "Cancel the subscription" }));
  expect(await screen.findByText(/It ends on Dec 11, 2026/)).toBeVisible();
});

test("who is not subscribed is shown the plans, and has nothing to cancel", async () => {
  renderKit(<CurrentPlan plansHref="/pricing" />, {
    ...subscription(),
    get_credit_balance: aBalance(),
  });
  const link = await screen.findByRole("link", { name: "See the plans" });
  expect(link).toHaveAttribute("href", "/pricing");
  expect(screen.queryByRole("button")).toBeNull();
});

test("a payment that failed stands beside the plan", async () => {
  renderKit(<CurrentPlan plansHref="/pricing" />, subscription({ status: "past_due" }));
  expect(await screen.findByText("Past due")).toBeVisible();
});
