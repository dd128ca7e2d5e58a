/** The reader of what `admin_get_account` answers. */
import type {
  AccountStatus,
  CreditAccountStatus,
  CreditAdminAccount,
  CreditAudit,
  CreditDispute,
  Json,
} from "../database";
import {
  anything,
  flag,
  listOf,
  mapOf,
  number,
  object,
  orNull,
  type Read,
  text,
  wordOf,
} from "../read-json";
import {
  ACCOUNT_KINDS,
  ACCOUNT_STATUSES,
  DISPUTE_REASONS,
  DISPUTE_STATUSES,
  MEMBER_ROLES,
  ORDER_STATUSES,
} from "../words";
import type {
  AccountDetails,
  Caps,
  OpenGrant,
  OpenHold,
  OrderLine,
  TeamMember,
} from "./admin-account";
import { readSubscription } from "./read-billing";

const accountStatus: Read<AccountStatus> = wordOf(ACCOUNT_STATUSES);
const json = anything as Read<Json>;

const account = object<CreditAdminAccount>({
  account_id: text,
  kind: wordOf(ACCOUNT_KINDS),
  owner_id: orNull(text),
  email: orNull(text),
  external_id: orNull(text),
  name: orNull(text),
  plan: orNull(text),
  status: accountStatus,
  balance: number,
  held: number,
  available: number,
  debt: number,
  total_purchased: number,
  total_spent: number,
  last_transaction_at: orNull(text),
  created_at: text,
});

const dispute = object<CreditDispute>({
  id: text,
  account_id: text,
  transaction_id: number,
  status: wordOf(DISPUTE_STATUSES),
  reason: wordOf(DISPUTE_REASONS),
  description: text,
  requested_refund: number,
  refunded: number,
  resolution: orNull(text),
  created_at: text,
  resolved_at: orNull(text),
});

/** Reads the answer of `admin_get_account`. */
export const readAccountDetails = object<AccountDetails>({
  account,
  status: object<CreditAccountStatus>({
    account_id: text,
    status: accountStatus,
    reason: orNull(text),
    changed_at: orNull(text),
    changed_by: orNull(text),
  }),
  sentence: text,
  totals: mapOf(number),
  grants: listOf(
    object<OpenGrant>({
      grant_id: number,
      source: text,
      amount: number,
      credits: number,
      expires_at: orNull(text),
      is_paid: flag,
      paid_cents: orNull(number),
      currency: orNull(text),
      created_at: text,
    }),
  ),
  holds: listOf(
    object<OpenHold>({
      hold_id: text,
      amount: number,
      service: orNull(text),
      reference: orNull(text),
      created_at: text,
      expires_at: text,
    }),
  ),
  caps: object<Caps>({
    monthly_spend_cap: orNull(number),
    spent: number,
    monthly_purchase_cap_cents: orNull(number),
    paid_cents: number,
    requests_per_minute: orNull(number),
    resets_at: text,
  }),
  next_expiry_at: orNull(text),
  members: listOf(
    object<TeamMember>({
      user_id: text,
      email: orNull(text),
      role: wordOf(MEMBER_ROLES),
      monthly_cap: orNull(number),
    }),
  ),
  subscription: readSubscription,
  orders: listOf(
    object<OrderLine>({
      id: text,
      status: wordOf(ORDER_STATUSES),
      package: orNull(text),
      plan: orNull(text),
      total_cents: number,
      currency: text,
      created_at: text,
      paid_at: orNull(text),
    }),
  ),
  disputes: listOf(dispute),
  audit: listOf(
    object<CreditAudit>({
      id: number,
      account_id: orNull(text),
      actor: text,
      act: text,
      reason: orNull(text),
      before: json,
      after: json,
      created_at: text,
    }),
  ),
});
