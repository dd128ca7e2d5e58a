/** The readers of what answers about paying have as JSON: subscription, quote, summary. */
import { flag, listOf, mapOf, number, object, orNull, text, wordOf } from "../read-json";
import { ACCOUNT_STATUSES } from "../words";
import type { Subscription, Summary } from "./billing";
import type { Quote, QuoteLine } from "./catalog";
import type { Balance } from "./credits";

/** Reads the subscription of a balance. */
export const readSubscription = orNull(
  object<Subscription>({
    plan: orNull(text),
    status: text,
    current_period_end_at: orNull(text),
    cancel_at: orNull(text),
    is_paused: flag,
    trial_end_at: orNull(text),
    paid_until_at: orNull(text),
    next_billing_at: orNull(text),
  }),
);

/** Reads the answer of `quote_credit_purchase`. */
export const readQuote = object<Quote>({
  ok: flag,
  message: orNull(text),
  credits: number,
  bonus_credits: number,
  lines: listOf(object<QuoteLine>({ kind: text, label: text, amount_cents: number })),
  subtotal_cents: orNull(number),
  discount_cents: number,
  fee_cents: number,
  total_cents: orNull(number),
  currency: text,
});

/** Reads the receipt of an order: the quote that was agreed to. */
export const readReceipt = orNull(readQuote);

/** Reads the answer of `get_credit_summary`. */
export const readSummary = object<Summary>({
  balance: object<Balance>({
    account_id: text,
    user_id: orNull(text),
    status: wordOf(ACCOUNT_STATUSES),
    plan: orNull(text),
    balance: number,
    held: number,
    available: number,
    debt: number,
    total_purchased: number,
    total_spent: number,
    current_credits: number,
    credit_status: wordOf(ACCOUNT_STATUSES),
    subscription: readSubscription,
    next_billing_date: orNull(text),
    low_balance: orNull(number),
    expiring_credits: orNull(number),
    expires_at: orNull(text),
  }),
  grants: orNull(mapOf(number)),
  usage: object<Summary["usage"]>({ since: text, credits: number, services: mapOf(number) }),
  caps: object<Summary["caps"]>({
    monthly_spend_cap: orNull(number),
    spent: number,
    left: orNull(number),
    resets_at: text,
  }),
  subscription: readSubscription,
});
