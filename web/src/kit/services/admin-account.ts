/** What `admin_get_account` tells of an account. */
import type {
  CreditAccountStatus,
  CreditAdminAccount,
  CreditAudit,
  CreditDispute,
  CreditOrder,
  MemberRole,
} from "../database";
import type { Subscription } from "./billing";

/** A grant that still has credits: `credits` are left of `amount`. */
export interface OpenGrant {
  grant_id: number;
  source: string;
  amount: number;
  credits: number;
  expires_at: string | null;
  is_paid: boolean;
  /** What was paid for it, in cents of `currency`. */
  paid_cents: number | null;
  currency: string | null;
  created_at: string;
}

/** Credits that are held for a call which is not over. */
export interface OpenHold {
  hold_id: string;
  amount: number;
  service: string | null;
  reference: string | null;
  created_at: string;
  expires_at: string;
}

/** The limits of the account's plan, and how far they are used this month. */
export interface Caps {
  monthly_spend_cap: number | null;
  spent: number;
  monthly_purchase_cap_cents: number | null;
  paid_cents: number;
  requests_per_minute: number | null;
  resets_at: string;
}

/** Who may spend for a team. */
export interface TeamMember {
  user_id: string;
  email: string | null;
  role: MemberRole;
  monthly_cap: number | null;
}

/** An order, in short. */
export type OrderLine = Pick<
  CreditOrder,
  "id" | "status" | "package" | "plan" | "total_cents" | "currency" | "created_at" | "paid_at"
>;

/** All there is to know of an account; orders, disputes and acts are the latest ten. */
export interface AccountDetails {
  account: CreditAdminAccount;
  status: CreditAccountStatus;
  /** The balance in a sentence. */
  sentence: string;
  /** What came (above 0) and went (below) by type of transaction. */
  totals: Record<string, number>;
  grants: OpenGrant[];
  holds: OpenHold[];
  caps: Caps;
  next_expiry_at: string | null;
  members: TeamMember[];
  subscription: Subscription | null;
  orders: OrderLine[];
  disputes: CreditDispute[];
  audit: CreditAudit[];
}
