/** Calls about one's credits: balance, history, use, purchase. Errors: `CreditsError`. */
import type { AccountId, Caller, CreditsClient, Returns } from "../client";
import type { Json, TransactionType, TransactionWord } from "../database";
import type { Subscription } from "./billing";
import { readSubscription } from "./read-billing";

/** What an account holds now. */
export interface Balance extends Omit<Returns<"get_credit_balance">, "subscription"> {
  /** What pays for the plan; null where nothing does, or not any more. */
  subscription: Subscription | null;
}
/** One entry of the history. */
export type Transaction = Returns<"list_credit_transactions">[number];
/** A charge: its transaction, its cost, and what is left. */
export type Charge = Returns<"use_credits">;

/** Which part of the history is wanted; times in ISO 8601. */
export interface TransactionFilter {
  type?: TransactionType | TransactionWord | null;
  service?: string | null;
  since?: string | null;
  until?: string | null;
  /** The id of the last transaction of the page before. */
  before?: number | null;
  pageSize?: number;
}

/** A use of a service; `key` makes it happen once however often it is sent. */
export interface Use {
  service: string;
  key: string;
  quantity?: number;
  usage?: Json;
  reference?: string;
  description?: string;
}

/** What is bought: a pack by its code, or a number of credits. */
export type Purchase = ({ package: string } | { quantity: number }) & { promotionCode?: string };

/** A checkout at the payment provider: send the browser to `url`. */
export interface Checkout {
  url: string;
  session_id: string;
  order_id: string;
}

/** Balance, history, use, purchase. */
export const creditsService = {
  /** What an account holds now. */
  getBalance: async (client: Caller, accountId: AccountId): Promise<Balance> => {
    const balance = await client.rpc("get_credit_balance", { account_id: accountId });
    return { ...balance, subscription: readSubscription(balance.subscription, "subscription") };
  },

  /** A page of the history, the newest first. */
  listTransactions: (
    client: Caller,
    accountId: AccountId,
    { pageSize = 50, ...filter }: TransactionFilter,
  ): Promise<Transaction[]> =>
    client.rpc("list_credit_transactions", {
      account_id: accountId,
      page_size: pageSize,
      ...filter,
    }),

  /** The history as lines of comma-separated values, the oldest first. */
  exportTransactions: (
    client: Caller,
    accountId: AccountId,
    { since = null, until = null }: Pick<TransactionFilter, "since" | "until">,
  ): Promise<string> =>
    client.rpc("export_credit_transactions", { account_id: accountId, since, until }),

  /** Whether a use could be paid now. */
  hasEnoughCredits: (
    client: Caller,
    accountId: AccountId,
    service: string,
    quantity: number,
  ): Promise<boolean> =>
    client.rpc("has_enough_credits", { account_id: accountId, service, quantity }),

  /** Charges one use, once per key. */
  use: (client: CreditsClient, accountId: AccountId, use: Use): Promise<Charge> =>
    client.keyed("use_credits", { account_id: accountId, ...use }),

  /** Opens a checkout for a pack or a number of credits. */
  purchaseCredits: (
    client: CreditsClient,
    accountId: AccountId,
    { promotionCode, ...item }: Purchase,
  ): Promise<Checkout> =>
    client.edge("/api/credits/checkout", {
      ...item,
      promotion_code: promotionCode,
      account_id: accountId ?? undefined,
    }),
};
