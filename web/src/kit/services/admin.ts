/** Calls of administrators. Who is none is refused with `admin_only`. Errors: `CreditsError`. */
import type { Args, Caller, CreditsClient, Returns } from "../client";
import type { DisputeOutcome, Json } from "../database";
import { readDisputeStatistics, readSystemSummary } from "./admin-figures";
import type { Dispute } from "./disputes";
import { readAccountDetails } from "./read-admin-account";

/** A time, in ISO 8601; what is left out is the function's own: see docs/statistics.md. */
export interface Period {
  since?: string | null;
  until?: string | null;
}

/** What a list takes, without the size of its page. */
type Filter<Name extends "admin_list_accounts" | "admin_list_audit" | "admin_list_disputes"> = Omit<
  Args<Name>,
  "page_size"
>;

/** Which accounts are wanted; `before` is the id of the last one seen. */
export type AccountFilter = Filter<"admin_list_accounts">;
/** Which acts are wanted; `before` is the id of the last one seen. */
export type AuditFilter = Filter<"admin_list_audit">;
/** Which disputes are wanted; `before` is the id of the last one seen. */
export type DisputeFilter = Filter<"admin_list_disputes">;
/** Which part of an account's history is wanted. */
export type AdminHistoryFilter = Omit<Args<"admin_list_transactions">, "page_size">;
/** An act with money, done or waiting for a second administrator. */
export type Act = Returns<"admin_add_credits">;
/** An entry of the audit. */
export type AuditEntry = Returns<"admin_list_audit">[number];
/** A promotion, with how often it was used. */
export type Promotion = Returns<"admin_create_promotion">;
/** An account, as a list shows it. */
export type AdminAccount = Returns<"admin_list_accounts">[number];
/** What was paid in a time. */
export type Revenue = Returns<"admin_get_revenue">[number];

/** How a dispute ends; `refund` in credits, for what is not rejected. */
export interface Resolution {
  dispute_id: string;
  outcome: DisputeOutcome;
  note: string;
  refund?: number | null;
}

/** How many rows a page of a list has. */
export const PAGE_SIZE = 50;

/** What administrators do; refused with `admin_only` to who is none. */
export const adminService = {
  /** The whole system in figures. */
  getSystemSummary: async (client: Caller) =>
    readSystemSummary(await client.rpc("admin_get_system_summary", {}), "summary"),

  /** What was paid and went back, by time. */
  getRevenue: (client: Caller, args: Args<"admin_get_revenue">) =>
    client.rpc("admin_get_revenue", args),

  /** What all accounts used, by service. */
  getUsageByService: (client: Caller, period: Period) =>
    client.rpc("admin_get_usage_by_service", period),

  /** What the charges of each service earned, and cost. */
  getMargin: (client: Caller, period: Period) => client.rpc("admin_get_margin", period),

  /** The accounts that used most. */
  listTopAccounts: (client: Caller, period: Period) =>
    client.rpc("admin_list_top_accounts", period),

  /** How the disputes that were filed in a time went. */
  getDisputeStatistics: async (client: Caller, period: Period) =>
    readDisputeStatistics(await client.rpc("admin_get_dispute_statistics", period), "statistics"),

  /** A page of the accounts, the newest first. */
  listAccounts: (client: Caller, filter: AccountFilter) =>
    client.rpc("admin_list_accounts", { ...filter, page_size: PAGE_SIZE }),

  /** All there is to know of an account. */
  getAccount: async (client: Caller, accountId: string) =>
    readAccountDetails(await client.rpc("admin_get_account", { account_id: accountId }), "account"),

  /** A page of an account's history, the newest first. */
  listTransactions: (client: Caller, filter: AdminHistoryFilter) =>
    client.rpc("admin_list_transactions", { ...filter, page_size: PAGE_SIZE }),

  /** Adds credits, or asks a second administrator to. */
  addCredits: (client: CreditsClient, args: Args<"admin_add_credits">) =>
    client.keyed("admin_add_credits", args),

  /** Removes credits that are not held. */
  removeCredits: (client: CreditsClient, args: Args<"admin_remove_credits">) =>
    client.keyed("admin_remove_credits", args),

  /** Takes what is left of a grant. */
  voidGrant: (client: CreditsClient, args: Args<"admin_void_grant">) =>
    client.keyed("admin_void_grant", args),

  /** Gives a charge back, all that is left of it without an amount. */
  refundTransaction: (client: CreditsClient, args: Args<"admin_refund_transaction">) =>
    client.keyed("admin_refund_transaction", args),

  /** Stops all spending of an account. */
  pauseAccount: (client: CreditsClient, args: Args<"admin_pause_account">) =>
    client.rpc("admin_pause_account", args),

  /** Lets an account spend again. */
  resumeAccount: (client: CreditsClient, args: Args<"admin_resume_account">) =>
    client.rpc("admin_resume_account", args),

  /** Erases the person behind an account and closes it for ever. */
  eraseAccount: (client: CreditsClient, args: Args<"admin_erase_account">) =>
    client.rpc("admin_erase_account", args),

  /** A page of the disputes of a status, the longest waiting first. */
  listDisputes: (client: Caller, filter: DisputeFilter): Promise<Dispute[]> =>
    client.rpc("admin_list_disputes", { ...filter, page_size: PAGE_SIZE }),

  /** Takes a dispute under review; its user is told. */
  reviewDispute: (client: CreditsClient, args: Args<"admin_review_dispute">) =>
    client.rpc("admin_review_dispute", args),

  /** Resolves a dispute; it stays under review where a second administrator is needed. */
  resolveDispute: (client: CreditsClient, resolution: Resolution): Promise<Dispute> =>
    client.rpc("admin_resolve_dispute", resolution),

  /** The acts that wait for a second administrator, the oldest first. */
  listPendingActs: (client: Caller) => client.rpc("admin_list_pending_acts", {}),

  /** Does an act that waits. */
  approveAct: (client: CreditsClient, actId: string) =>
    client.rpc("admin_approve_act", { act_id: actId }),

  /** Ends an act that waits. */
  declineAct: (client: CreditsClient, args: Args<"admin_decline_act">) =>
    client.rpc("admin_decline_act", args),

  /** A page of the promotions, the newest first; `before` is the last code seen. */
  listPromotions: (client: Caller, before: string | null) =>
    client.rpc("admin_list_promotions", { before, page_size: PAGE_SIZE }),

  /** Creates a promotion; its keys are those of docs/purchases.md. */
  createPromotion: (client: CreditsClient, promotion: Json) =>
    client.rpc("admin_create_promotion", { promotion }),

  /** Ends a promotion for everybody. */
  endPromotion: (client: CreditsClient, code: string) =>
    client.rpc("admin_end_promotion", { code }),

  /** A page of the audit, the latest first. */
  listAudit: (client: Caller, filter: AuditFilter) =>
    client.rpc("admin_list_audit", { ...filter, page_size: PAGE_SIZE }),
};
