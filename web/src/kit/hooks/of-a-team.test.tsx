import { focusManager } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { FakeSupabase, fakeEdge, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aCharge, TEAM } from "../../test/rows";
import { aBalance, aSummary, asJson } from "../../test/samples";
import { CreditsProvider } from "../provider";
import { useCredits } from "./use-credits";
import { useRedeemCode } from "./use-referral";
import { useTransactions } from "./use-transactions";

const answers = {
  get_credit_balance: aBalance(),
  get_credit_summary: asJson(aSummary()),
  list_credit_transactions: [],
  has_enough_credits: true,
  use_credits: () => {
    throw refusal("insufficient_credits");
  },
};

function Team() {
  const { hasEnoughCredits, purchaseCredits, use } = useCredits();
  const redeem = useRedeemCode();
  const all = () =>
    Promise.allSettled([
      hasEnoughCredits("query"),
      purchaseCredits({ package: "small" }),
      redeem.mutateAsync("CODE"),
      use("query"),
    ]);
  return (
    <button type="button" onClick={() => void all()}>
      Do it
    </button>
  );
}

test("checks, purchases, codes and uses are the team's where the credits are", async () => {
  const calls = fakeEdge({
    "/api/credits/checkout": { url: "https://pay.test/1", session_id: "cs_1", order_id: "o1" },
  });
  const { fake } = renderKit(<Team />, answers, TEAM);
  await userEvent.click(screen.getByRole("button"));
  await expect.poll(() => calls.length).toBe(1);
  expect(calls[0]?.args).toMatchObject({ package: "small", account_id: TEAM });
  expect(fake.argsOf("has_enough_credits")[0]).toMatchObject({ account_id: TEAM });
  expect(fake.argsOf("redeem_credit_code")[0]).toMatchObject({ account_id: TEAM });
  expect(fake.argsOf("use_credits")[0]).toMatchObject({ account_id: TEAM });
});

function History() {
  const { rows } = useTransactions().query.data ?? {};
  return <p>{rows?.map((row) => row.service).join() ?? "loading"}</p>;
}

test("the history of one account is not shown as that of the next while it loads", async () => {
  const fake = new FakeSupabase({ list_credit_transactions: [aCharge()] });
  const page = (accountId: string | null) => (
    <CreditsProvider supabase={fake.supabase} accountId={accountId}>
      <History />
    </CreditsProvider>
  );
  const { rerender } = render(page(null));
  expect(await screen.findByText("film")).toBeVisible();
  fake.answers.list_credit_transactions = () => new Promise(() => {});
  rerender(page(TEAM));
  expect(screen.getByText("loading")).toBeVisible();
});

function Whole() {
  const { isLoading, error, use } = useCredits();
  return (
    <button type="button" onClick={() => void use("query").catch(() => {})}>
      {isLoading ? "loading" : error ? "failed" : "there"}
    </button>
  );
}

test.each(["get_credit_balance", "get_credit_summary", "list_credit_transactions"] as const)(
  "the credits are loading until %s has answered, and have failed where it has",
  async (name) => {
    let fail = () => {};
    const { fake } = renderKit(<Whole />, {
      ...answers,
      [name]: () =>
        new Promise((_, reject) => {
          fail = () => reject(refusal("account_not_found"));
        }),
    });
    await expect.poll(() => fake.argsOf(name).length).toBe(1);
    await expect.poll(() => screen.getByRole("button").textContent).toBe("loading");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.getByRole("button")).toHaveTextContent("loading");
    fail();
    expect(await screen.findByText("failed")).toBeVisible();
  },
);

test("a use that is refused asks for the balance again: another one has spent it", async () => {
  const { fake } = renderKit(<Whole />, answers);
  await screen.findByText("there");
  const asked = fake.argsOf("get_credit_balance").length;
  expect(focusManager.isFocused()).toBe(true);
  await userEvent.click(screen.getByRole("button"));
  await expect.poll(() => fake.argsOf("get_credit_balance").length).toBeGreaterThan(asked);
});
