import { focusManager } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase, refusal } from "../test/fake-supabase";
import { renderKit } from "../test/render";
import { aTeam, TEAM } from "../test/rows";
import { aBalance, aSummary, asJson } from "../test/samples";
import { pass } from "../test/time";
import { useAlerts } from "./hooks/use-alerts";
import { useLiveBalance } from "./hooks/use-live-balance";
import { useSummary } from "./hooks/use-summary";
import { useTeams } from "./hooks/use-teams";
import { CreditsProvider } from "./provider";

const answers = {
  get_credit_balance: aBalance(),
  get_credit_summary: asJson(aSummary()),
  set_credit_alerts: { account_id: "a", low_balance: null, default_low_balance: 1 },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
});

function Balance() {
  return <p data-testid="balance">{useLiveBalance().data?.available}</p>;
}

function Summary() {
  useSummary();
  useAlerts();
  return null;
}

/** Two that show the balance, and the summary, joined and settled. */
async function start(more: object = {}) {
  const page = (
    <>
      <Balance />
      <Balance />
      <Summary />
    </>
  );
  const { fake } = renderKit(page, { ...answers, ...more });
  await pass(2_000);
  const count = () => [
    fake.argsOf("get_credit_balance").length,
    fake.argsOf("get_credit_summary").length,
    fake.argsOf("set_credit_alerts").length,
  ];
  return { fake, count };
}

const shown = () => screen.getAllByTestId("balance").map((each) => each.textContent);

test("a joined channel asks for the balance once more, and for nothing else where it is the same", async () => {
  const { fake, count } = await start();
  expect(count()).toEqual([2, 1, 1]);
  fake.join();
  await pass(2_000);
  expect(count()).toEqual([3, 1, 1]);
});

test("what moved while the channel was away is shown when it is joined again", async () => {
  const { fake, count } = await start();
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  fake.join();
  await pass(100);
  expect(shown()).toEqual(["7", "7"]);
  expect(count()[1]).toBe(2);
});

test("a broadcast asks once for what depends on it, however many show it, and for no settings", async () => {
  const { fake, count } = await start();
  fake.broadcast();
  await pass(3_000);
  expect(count()).toEqual([3, 2, 1]);
});

test("broadcasts that follow each other are answered at once, then once a second", async () => {
  const { fake, count } = await start();
  for (let n = 0; n < 30; n += 1) {
    fake.broadcast();
    await pass(50);
  }
  await pass(3_000);
  expect(count()).toEqual([2 + 3, 1 + 3, 1]);
});

test("answers that are slower than the broadcasts are shown all the same", async () => {
  const { fake } = await start();
  let available = 0;
  fake.answers.get_credit_balance = async () => {
    available += 1;
    const answer = aBalance({ available });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return answer;
  };
  for (let n = 0; n < 5; n += 1) {
    fake.broadcast();
    await pass(500);
  }
  expect(shown()).toEqual(["1", "1"]);
});

test("what was loaded for the first time during a move is asked for again", async () => {
  const slow = (value: object) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return asJson(value);
  };
  const { fake, count } = await start({ get_credit_summary: slow(aSummary()) });
  fake.broadcast();
  await pass(10_000);
  expect(count()[1]).toBe(2);
});

test("a page that nobody looks at asks for nothing until somebody does", async () => {
  const { fake, count } = await start();
  focusManager.setFocused(false);
  for (let n = 0; n < 5; n += 1) {
    fake.broadcast();
    await pass(1_500);
  }
  fake.join();
  await pass(1_500);
  expect(count()).toEqual([2, 1, 1]);
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  focusManager.setFocused(true);
  await pass(100);
  expect(shown()).toEqual(["7", "7"]);
  expect(count().slice(0, 2)).toEqual([3, 2]);
});

test("a page that hears nothing looks from time to time", async () => {
  const { fake, count } = await start();
  await pass(29_000);
  expect(count()).toEqual([2 + 2, 1, 1]);
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  await pass(15_000);
  expect(shown()).toEqual(["7", "7"]);
  expect(count()[1]).toBe(2);
});

function Accounts() {
  const { accounts } = useTeams();
  return <p data-testid="balance">{accounts.data?.[0]?.available}</p>;
}

test("a move of a team shows in the list of the user's accounts", async () => {
  const { fake } = renderKit(
    <>
      <Balance />
      <Accounts />
    </>,
    {
      get_credit_balance: aBalance({ account_id: TEAM, available: 100 }),
      list_my_credit_accounts: [aTeam({ available: 100 })],
      list_credit_invitations: [],
    },
    TEAM,
  );
  await pass(2_000);
  fake.answers.get_credit_balance = aBalance({ account_id: TEAM, available: 90 });
  fake.answers.list_my_credit_accounts = [aTeam({ available: 90 })];
  fake.broadcast();
  await pass(1_000);
  expect(shown()).toEqual(["90", "90"]);
});

test("an account that could not be shown is asked for again", async () => {
  const fake = new FakeSupabase(answers);
  const page = (accountId: string | null) => (
    <CreditsProvider supabase={fake.supabase} accountId={accountId}>
      <Balance />
    </CreditsProvider>
  );
  const { rerender } = render(page(null));
  await pass(2_000);
  fake.answers.get_credit_balance = () => {
    throw refusal("account_not_found");
  };
  rerender(page("team"));
  await pass(16_000);
  const asked = fake.argsOf("get_credit_balance").filter(({ account_id }) => account_id === "team");
  expect(asked).toHaveLength(2);
});
