import { expect, test } from "vitest";
import { renderKit } from "../test/render";
import { FigureCards, PendingActs, PromotionTable } from "./admin";
import { CreditCheck } from "./components/credit-check";
import { GiftList } from "./components/gift-list";
import { MyInvitations } from "./components/my-invitations";
import { OrderTable } from "./components/order-table";
import { PackageCards } from "./components/package-cards";
import { PriceTable } from "./components/price-table";
import { Referral } from "./components/referral";
import { TransactionTable } from "./components/transaction-table";
import { UsageChart } from "./components/usage-chart";
import { UsageIndicator } from "./components/usage-indicator";
import { useQuote } from "./hooks/use-quote";

const nothing = () => {};
const never = () => new Promise<never>(() => {});

const ASKED = [
  "admin_get_system_summary",
  "admin_list_pending_acts",
  "admin_list_promotions",
  "calculate_query_cost",
  "get_credit_balance",
  "get_credit_summary",
  "get_credit_usage_stats",
  "get_referral_code",
  "has_enough_credits",
  "list_credit_gifts",
  "list_credit_invitations",
  "list_credit_orders",
  "list_credit_packages",
  "list_credit_plans",
  "list_credit_prices",
  "list_credit_transactions",
  "list_my_credit_accounts",
  "list_my_credit_disputes",
  "set_credit_alerts",
];

function Quoted() {
  return String(useQuote({ package: "basic", promotionCode: "SPRING" }).isPending);
}

test("what nobody waits for any more is given up, whatever was asked", async () => {
  const { fake, unmount } = renderKit(
    <>
      <CreditCheck usageType="x" amount={1} buyHref="" onProceed={nothing} onCancel={nothing} />
      <GiftList />
      <MyInvitations />
      <OrderTable />
      <PackageCards />
      <PriceTable />
      <Referral />
      <TransactionTable />
      <UsageChart />
      <UsageIndicator buyHref="" />
      <FigureCards disputesHref="" actsHref="" />
      <PendingActs userId="" accountHref={String} />
      <PromotionTable />
    </>,
    Object.fromEntries(ASKED.map((name) => [name, never])),
  );
  await expect.poll(() => [...new Set(fake.calls.map(({ name }) => name))].sort()).toEqual(ASKED);
  unmount();
  expect(fake.signals).toHaveLength(fake.calls.length);
  expect(fake.signals.every(({ aborted }) => aborted)).toBe(true);
});

test("a quote goes on to its end, for asking with a code counts", async () => {
  const { fake, unmount } = renderKit(<Quoted />, { quote_credit_purchase: never });
  await expect.poll(() => fake.calls.length).toBe(1);
  unmount();
  expect(fake.signals).toEqual([]);
});
