/** Calls about paying: plan, orders, automatic top-up, alerts, usage. Errors: `CreditsError`. */
import type { AccountId, Args, Caller, CreditsClient, Returns } from "../client";
import type { Quote } from "./catalog";
import type { Balance, Checkout } from "./credits";
import { orNone } from "./or-none";
import { readReceipt, readSummary } from "./read-billing";

/** How an account is topped up by itself; money in minor units of `currency`. */
export type AutoTopup = Returns<"get_auto_topup">;
/** What is set of it: what is left out stays; `monthly_limit_cents` null for no limit. */
export type TopupSettings = Omit<Args<"set_auto_topup">, "account_id">;
/** Below which balance the owner is told; `low_balance` null for the default. */
export type Alerts = Returns<"set_credit_alerts">;
/** An order and its receipt. */
export interface Order extends Omit<Returns<"list_credit_orders">[number], "receipt"> {
  /** The quote that was agreed to; null for an order of before there were quotes. */
  receipt: Quote | null;
}
/** What a service used in a bucket of time. */
export type UsageStat = Returns<"get_credit_usage_stats">[number];
/** Which usage is wanted; without times, that of the last 30 days. */
export type UsageFilter = Omit<Args<"get_credit_usage_stats">, "account_id">;

/** What pays for the account's plan. */
export interface Subscription {
  plan: string | null;
  status: string;
  current_period_end_at: string | null;
  cancel_at: string | null;
  is_paused: boolean;
  trial_end_at: string | null;
  paid_until_at: string | null;
  next_billing_at: string | null;
}

/** An account in one object. */
export interface Summary {
  balance: Balance;
  /** What is left by where it came from; null for who may not see it. */
  grants: Readonly<Record<string, number>> | null;
  usage: { since: string; credits: number; services: Readonly<Record<string, number>> };
  /** The limits of the month; null where there is none. */
  caps: { monthly_spend_cap: number | null; spent: number; left: number | null; resets_at: string };
  subscription: Subscription | null;
}

/** What a cancelled subscription answers. */
export interface Cancelled {
  subscription_id: string;
  status: string;
  cancel_at: string;
}

/** Plan, orders, automatic top-up, alerts, usage. */
export const billingService = {
  /** Balance, grants, usage of the month and caps. */
  getSummary: async (client: Caller, accountId: AccountId): Promise<Summary> =>
    readSummary(await client.rpc("get_credit_summary", { account_id: accountId }), "summary"),

  /** What was used, by service and time. */
  getUsageStats: (client: Caller, accountId: AccountId, filter: UsageFilter) =>
    client.rpc("get_credit_usage_stats", { account_id: accountId, ...filter }),

  /** The orders after the one whose id is `before`, the latest first. */
  listOrders: async (
    client: Caller,
    accountId: AccountId,
    before: string | null,
    pageSize: number,
  ): Promise<Order[]> => {
    const page = { account_id: accountId, before, page_size: pageSize };
    const orders = await client.rpc("list_credit_orders", page);
    return orders.map((order) => ({ ...order, receipt: readReceipt(order.receipt, "receipt") }));
  },

  /** How the account is topped up. */
  getAutoTopup: (client: Caller, accountId: AccountId): Promise<AutoTopup> =>
    client.rpc("get_auto_topup", { account_id: accountId }),

  /** Sets it; `enabled: true` ends a pause. */
  setAutoTopup: (client: CreditsClient, accountId: AccountId, settings: TopupSettings) =>
    client.rpc("set_auto_topup", {
      account_id: accountId,
      ...settings,
      monthly_limit_cents: orNone(settings.monthly_limit_cents),
    }),

  /** Tells the threshold of the low balance; changes nothing. */
  getAlerts: (client: Caller, accountId: AccountId): Promise<Alerts> =>
    client.rpc("set_credit_alerts", { account_id: accountId }),

  /** Sets it, in credits: 0 tells only of nothing left, null goes back to the default. */
  setAlerts: (
    client: CreditsClient,
    accountId: AccountId,
    lowBalance: number | null,
  ): Promise<Alerts> =>
    client.rpc("set_credit_alerts", { account_id: accountId, low_balance: orNone(lowBalance) }),

  /** Opens a checkout for a plan. */
  subscribe: (client: CreditsClient, accountId: AccountId, plan: string): Promise<Checkout> =>
    client.edge("/api/stripe/create-subscription-checkout", {
      plan,
      account_id: accountId ?? undefined,
    }),

  /** The address of the payment provider's page for plan, card and invoices. */
  openPortal: (client: CreditsClient, accountId: AccountId): Promise<{ url: string }> =>
    client.edge("/api/stripe/portal", { account_id: accountId ?? undefined }),

  /** Ends the subscription when what is paid for ends. */
  cancelSubscription: (client: CreditsClient, accountId: AccountId): Promise<Cancelled> =>
    client.edge("/api/stripe/cancel", { account_id: accountId ?? undefined }),
};
