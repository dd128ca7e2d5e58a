import { focusManager, QueryClient } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase, lostAnswer, refusal } from "../test/fake-supabase";
import { renderKit } from "../test/render";
import { aBalance, anOrder, aSummary, asJson } from "../test/samples";
import { pass } from "../test/time";
import { useAdminWrite } from "./hooks/admin/use-admin-write";
import { usePendingActs } from "./hooks/admin/use-work";
import { useCreditCheck } from "./hooks/use-credit-check";
import { useLiveBalance } from "./hooks/use-live-balance";
import { useOrders } from "./hooks/use-orders";
import { useSummary } from "./hooks/use-summary";
import { useUsageStats } from "./hooks/use-usage-stats";
import { CreditsProvider } from "./provider";

const answers = {
  get_credit_balance: aBalance({ available: 250 }),
  get_credit_summary: asJson(aSummary()),
  get_credit_usage_stats: [],
  list_credit_orders: [anOrder()],
  has_enough_credits: true,
  calculate_query_cost: 5,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
});

function Balance() {
  return <p>balance: {useLiveBalance().data?.available ?? "none"}</p>;
}

function Summary() {
  return <p>{useSummary().error && "failed"}</p>;
}

function Acts() {
  return <p>{usePendingActs().data ? "acts" : "nothing"}</p>;
}

test.each([
  ["a lost answer is asked for twice more", lostAnswer(), 3],
  ["a refusal is no matter of asking again", refusal("account_not_found"), 1],
])("%s", async (_, error, times) => {
  const throws = () => {
    throw error;
  };
  const { fake } = renderKit(<Summary />, { get_credit_summary: throws });
  await pass(10_000);
  expect(screen.getByText("failed")).toBeVisible();
  expect(fake.argsOf("get_credit_summary")).toHaveLength(times);
});

test("what the application has loaded into its own query client is shown at once", () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(["credits", null, "balance"], aBalance({ available: 42 }));
  render(
    <CreditsProvider supabase={new FakeSupabase(answers).supabase} queryClient={queryClient}>
      <Balance />
    </CreditsProvider>,
  );
  expect(screen.getByText("balance: 42")).toBeVisible();
});

test("what an administrator has loaded is dropped with the credits", async () => {
  let tell = (_: string, __: object | null) => {};
  const fake = new FakeSupabase({ ...answers, admin_list_pending_acts: [] });
  Object.assign(fake.auth, {
    onAuthStateChange: (listener: typeof tell) => {
      tell = listener;
      return { data: { subscription: { unsubscribe: () => {} } } };
    },
  });
  render(
    <CreditsProvider supabase={fake.supabase}>
      <Acts />
    </CreditsProvider>,
  );
  await act(async () => tell("", { user: { id: "ann" } }));
  await pass(100);
  expect(screen.getByText("acts")).toBeVisible();
  await act(async () => tell("", null));
  await pass(100);
  expect(screen.getByText("nothing")).toBeVisible();
});

test("a provider that goes hears no more of who signs in, and of the focus", async () => {
  const fake = new FakeSupabase(answers);
  const unsubscribe = vi.fn();
  Object.assign(fake.auth, {
    onAuthStateChange: () => ({ data: { subscription: { unsubscribe } } }),
  });
  const { unmount } = render(
    <CreditsProvider supabase={fake.supabase}>
      <Balance />
    </CreditsProvider>,
  );
  await pass(2_000);
  expect(focusManager.hasListeners()).toBe(true);
  unmount();
  expect(unsubscribe).toHaveBeenCalledOnce();
  expect(focusManager.hasListeners()).toBe(false);
});

function Decline() {
  const { mutate } = useAdminWrite((client, act_id: string) =>
    client.rpc("admin_decline_act", { act_id, reason: "It was done." }),
  );
  return (
    <button type="button" onClick={() => mutate("a")}>
      Decline
    </button>
  );
}

test("an administrator's act asks for the own credits again, which it may have moved", async () => {
  const page = (
    <>
      <Balance />
      <Decline />
    </>
  );
  const { fake } = renderKit(page, answers);
  await pass(2_000);
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  fireEvent.click(screen.getByRole("button"));
  await pass(500);
  expect(screen.getByText("balance: 7")).toBeVisible();
});

function Usage() {
  useUsageStats();
  return null;
}

function Orders() {
  useOrders();
  return null;
}

function Check() {
  useCreditCheck("query", 1);
  return null;
}

test.each([
  ["usage", "get_credit_usage_stats", Usage],
  ["orders", "list_credit_orders", Orders],
  ["check before a use", "has_enough_credits", Check],
] as const)("a move of the balance asks for the %s again", async (_, name, Part) => {
  const page = (
    <>
      <Balance />
      <Part />
    </>
  );
  const { fake } = renderKit(page, answers);
  await pass(2_000);
  expect(fake.argsOf(name)).toHaveLength(1);
  fake.broadcast();
  await pass(2_000);
  expect(fake.argsOf(name)).toHaveLength(2);
});

test("an answer that never comes keeps no later move from being shown", async () => {
  const { fake } = renderKit(<Balance />, answers);
  await pass(2_000);
  fake.answers.get_credit_balance = () => new Promise(() => {});
  fake.broadcast();
  await pass(2_000);
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  fake.broadcast();
  await pass(9_000); // sooner than it looks by itself
  expect(screen.getByText("balance: 7")).toBeVisible();
});

test("who comes back to what is up to date asks for nothing", async () => {
  const { fake } = renderKit(<Balance />, answers);
  await pass(2_000);
  const asked = fake.calls.length;
  focusManager.setFocused(false);
  focusManager.setFocused(true);
  await pass(1_000);
  expect(fake.calls).toHaveLength(asked);
});

test("a check that is opened again is asked again", async () => {
  const { fake, rerender } = renderKit(<Check />, answers);
  await pass(1_000);
  rerender(<p>closed</p>);
  rerender(<Check />);
  await pass(1_000);
  expect(fake.argsOf("has_enough_credits")).toHaveLength(2);
});
