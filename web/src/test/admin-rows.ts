/** Rows as administrators get them, for tests: ordinary ones, of which a test changes what it needs. */
import type { Json } from "../kit/database";
import type { Act, AdminAccount, AuditEntry, Promotion, Revenue } from "../kit/services/admin";
import { aDispute, ME } from "./rows";

/** Another administrator. */
export const BEN = "44444444-4444-4444-8444-444444444444";

/** Where the page of an account is. */
export const accountHref = (accountId: string) => `/accounts/${accountId}`;

/** An act of 500 credits that was done at once. */
export function anAct(more: Partial<Act> = {}): Act {
  return {
    act_id: null,
    state: "done",
    act: "add_credits",
    account_id: ME,
    amount: 500,
    reason: "ticket 4711",
    transaction_id: 2,
    balance: 600,
    held: 5,
    available: 595,
    requested_by: `user:${BEN}`,
    requested_at: "2026-11-21T10:00:00Z",
    decided_by: null,
    decided_at: null,
    ...more,
  };
}

/** An act of 20,000 credits that waits. */
export function aPendingAct(more: Partial<Act> = {}): Act {
  return anAct({
    act_id: "act-1",
    state: "pending",
    amount: 20_000,
    transaction_id: null,
    ...more,
  });
}

/** Zoe's account. */
export function anAdminAccount(more: Partial<AdminAccount> = {}): AdminAccount {
  return {
    account_id: ME,
    kind: "personal",
    owner_id: ME,
    email: "zoe@example.com",
    external_id: null,
    name: null,
    plan: "free",
    status: "active",
    balance: 505,
    held: 5,
    available: 500,
    debt: 0,
    total_purchased: 0,
    total_spent: 110,
    last_transaction_at: "2026-11-21T10:00:00Z",
    created_at: "2026-11-01T00:00:00Z",
    ...more,
  };
}

/** What `admin_get_account` answers of it. */
export function aDetailedAccount(more: Partial<AdminAccount> = {}): { [key: string]: Json } {
  const account = anAdminAccount(more);
  return {
    account: { ...account },
    status: {
      account_id: account.account_id,
      status: account.status,
      reason: account.status === "active" ? null : "the card is stolen",
      changed_at: account.status === "active" ? null : "2026-11-20T00:00:00Z",
      changed_by: account.status === "active" ? null : `user:${BEN}`,
    },
    sentence: "505 credits: 500 available and 5 held.",
    totals: { bonus: 500, usage: -110 },
    grants: [
      {
        grant_id: 2,
        source: "bonus",
        amount: 500,
        credits: 400,
        priority: 100,
        reference: null,
        expires_at: null,
        is_paid: false,
        paid_cents: null,
        currency: null,
        created_at: "2026-11-01T00:00:00Z",
      },
    ],
    holds: [],
    caps: {
      left: null,
      spent: 95,
      resets_at: "2026-12-01T00:00:00Z",
      open_cents: 0,
      paid_cents: 0,
      monthly_spend_cap: null,
      requests_per_minute: null,
      monthly_purchase_cap_cents: null,
    },
    next_expiry_at: null,
    transactions: [],
    members: [],
    subscription: null,
    orders: [],
    disputes: [{ ...aDispute() }],
    audit: [{ ...anAuditEntry() }],
  };
}

/** That 500 credits were added. */
export function anAuditEntry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 7,
    account_id: ME,
    actor: `user:${BEN}`,
    act: "add_credits",
    reason: "ticket 4711",
    before: { balance: 100, debt: 0 },
    after: { balance: 600, debt: 0, amount: 500, act_id: null },
    created_at: "2026-11-21T10:00:00Z",
    ...more,
  };
}

/** A quarter off, of which nobody has made use. */
export function aPromotion(more: Partial<Promotion> = {}): Promotion {
  return {
    code: "SPRING25",
    name: "Spring sale",
    discount_type: "percent",
    discount_value: 25,
    currency: null,
    starts_at: "2026-03-01T00:00:00Z",
    ends_at: null,
    maximum_uses: null,
    maximum_uses_per_account: 1,
    minimum_cents: 0,
    packages: null,
    plans: null,
    credits_days: null,
    uses: 0,
    is_active: true,
    created_at: "2026-03-01T00:00:00Z",
    created_by: `user:${BEN}`,
    ...more,
  };
}

/** A day with two payments of 10 dollars, one of which went back. */
export function aRevenue(more: Partial<Revenue> = {}): Revenue {
  return {
    bucket_start: "2026-11-20T00:00:00+00:00",
    currency: "usd",
    payments: 2,
    gross_cents: 2000,
    returned_cents: 1000,
    net_cents: 1000,
    credits_sold: 200,
    ...more,
  };
}
