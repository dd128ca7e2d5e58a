/** What functions answer, for tests: each as it mostly is, but for what a test names. */
import type { CreditBalance, CreditOrder, Json } from "../kit/database";
import type { AutoTopup, Subscription, Summary } from "../kit/services/billing";
import type { Package, Plan, Price, Quote } from "../kit/services/catalog";

/** The account of the samples. */
export const ACCOUNT = "00000000-0000-4000-8000-000000000001";

/** What pays for a plan of $9 a month until it is cancelled. */
export const aSubscription = (more: Partial<Subscription> = {}): Json =>
  asJson({
    plan: "starter",
    status: "active",
    current_period_end_at: "2026-12-20T12:00:00Z",
    cancel_at: null,
    is_paused: false,
    trial_end_at: null,
    paid_until_at: "2026-12-20T12:00:00Z",
    next_billing_at: "2026-12-20T12:00:00Z",
    ...more,
  } satisfies Subscription);

export const aBalance = (more: Partial<CreditBalance> = {}): CreditBalance => ({
  account_id: ACCOUNT,
  user_id: ACCOUNT,
  status: "active",
  plan: "starter",
  balance: 250,
  held: 0,
  available: 250,
  debt: 0,
  total_purchased: 0,
  total_spent: 750,
  current_credits: 250,
  credit_status: "active",
  subscription: null,
  next_billing_date: null,
  low_balance: null,
  expiring_credits: null,
  expires_at: null,
  ...more,
});

export const aPack = (more: Partial<Package> = {}): Package => ({
  code: "basic",
  name: "Basic",
  credits: 5000,
  bonus_credits: 500,
  price_cents: 4500,
  currency: "usd",
  price_per_credit: 0.0082,
  savings_percent: 18,
  features: ["Never expires"],
  ...more,
});

export const aPlan = (more: Partial<Plan> = {}): Plan => ({
  code: "starter",
  name: "Starter",
  price_cents: 900,
  currency: "usd",
  billing_interval: "month",
  monthly_credits: 1000,
  welcome_credits: 0,
  features: ["E-mail support"],
  contact_only: false,
  ...more,
});

export const aPrice = (more: Partial<Price> = {}): Price => ({
  service: "query",
  meter: "quantity",
  unit: "query",
  unit_size: 1,
  credits: 5,
  provider: null,
  tier: null,
  description: null,
  ...more,
});

export const aQuote = (more: Partial<Quote> = {}): Quote => ({
  ok: true,
  message: null,
  credits: 5000,
  bonus_credits: 500,
  lines: [{ kind: "package", label: "Basic", amount_cents: 4500 }],
  subtotal_cents: 4500,
  discount_cents: 0,
  fee_cents: 0,
  total_cents: 4500,
  currency: "usd",
  ...more,
});

export const anOrder = (more: Partial<CreditOrder> = {}): CreditOrder => ({
  id: "00000000-0000-4000-8000-0000000000a1",
  account_id: ACCOUNT,
  user_id: ACCOUNT,
  status: "paid",
  package: "basic",
  plan: null,
  credits: 5000,
  bonus_credits: 500,
  total_cents: 4500,
  currency: "usd",
  refunded_cents: 0,
  is_topup: false,
  receipt: asJson(aQuote()),
  promotion_code: null,
  created_at: "2026-11-20T12:00:00Z",
  paid_at: "2026-11-20T12:01:00Z",
  ...more,
});

export const aTopup = (more: Partial<AutoTopup> = {}): AutoTopup => ({
  account_id: ACCOUNT,
  enabled: false,
  threshold: null,
  package: null,
  monthly_limit_cents: null,
  spent_cents: 0,
  currency: "usd",
  status: "off",
  paused_reason: null,
  paused_until_at: null,
  ...more,
});

export const aSummary = (more: Partial<Summary> = {}): Summary => ({
  balance: { ...aBalance(), subscription: null },
  grants: { allowance: 250 },
  usage: { since: "2026-11-01T00:00:00Z", credits: 750, services: { query: 750 } },
  caps: { monthly_spend_cap: null, spent: 750, left: null, resets_at: "2026-12-01T00:00:00Z" },
  subscription: null,
  ...more,
});

/** A shape as the JSON that a function answers with. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
