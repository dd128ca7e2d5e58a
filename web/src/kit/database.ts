/**
 * What a signed-in user may call and read, as the database has it; `createClient<Database>()` of
 * supabase-js takes it. Written by `python -m scripts.dev.web_types`, never by hand.
 */

/** What JSON can hold. */
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

/** The words of an account kind. */
export type AccountKind = "personal" | "team" | "external";

/** The words of an account status. */
export type AccountStatus = "active" | "paused" | "closed";

/** The words of an act kind. */
export type ActKind =
  | "add_credits"
  | "remove_credits"
  | "void_grant"
  | "refund_transaction"
  | "resolve_dispute";

/** The words of an act state. */
export type ActState = "pending" | "done" | "declined" | "expired";

/** The words of a billing interval. */
export type BillingInterval = "month" | "year";

/** The words of a bucket. */
export type Bucket = "day" | "week" | "month" | "year";

/** The words of a discount type. */
export type DiscountType = "percent" | "fixed" | "bonus_credits" | "bonus_percent" | "credits";

/** The words of a dispute outcome. */
export type DisputeOutcome = "approved" | "partially_approved" | "rejected";

/** The words of a dispute reason. */
export type DisputeReason =
  | "not_delivered"
  | "wrong_amount"
  | "duplicate_charge"
  | "poor_quality"
  | "unauthorized"
  | "other";

/** The words of a dispute status. */
export type DisputeStatus =
  | "pending"
  | "under_review"
  | "approved"
  | "partially_approved"
  | "rejected"
  | "withdrawn";

/** The words of a gift direction. */
export type GiftDirection = "sent" | "received";

/** The words of a gift state. */
export type GiftState = "pending" | "accepted" | "cancelled" | "expired";

/** The words of a hold state. */
export type HoldState = "open" | "captured" | "released" | "expired";

/** The words of a invitation state. */
export type InvitationState = "open" | "accepted" | "revoked" | "expired";

/** The words of a member role. */
export type MemberRole = "owner" | "admin" | "member" | "viewer";

/** The words of a order status. */
export type OrderStatus = "open" | "paid" | "completed" | "expired" | "failed";

/** The words of a topup status. */
export type TopupStatus = "active" | "off" | "paused";

/** The words of a transaction type. */
export type TransactionType =
  | "purchase"
  | "allowance"
  | "welcome"
  | "bonus"
  | "promotion"
  | "referral"
  | "gift_received"
  | "usage"
  | "gift_sent"
  | "refund"
  | "adjustment"
  | "opening"
  | "expiry"
  | "clawback"
  | "reinstatement";

/** The words of a transaction word. */
export type TransactionWord = "purchase" | "subscription" | "bonus" | "spend" | "refund" | "admin";

/** The shape `credit_account`. */
export type CreditAccount = {
  account_id: string;
  kind: AccountKind;
  name: string | null;
  role: MemberRole;
  plan: string | null;
  status: AccountStatus;
  balance: number;
  held: number;
  available: number;
  debt: number;
  created_at: string | null;
};

/** The shape `credit_account_status`. */
export type CreditAccountStatus = {
  account_id: string;
  status: AccountStatus;
  reason: string | null;
  changed_at: string | null;
  changed_by: string | null;
};

/** The shape `credit_act`. */
export type CreditAct = {
  act_id: string | null;
  state: ActState;
  act: ActKind;
  account_id: string;
  amount: number;
  reason: string;
  transaction_id: number | null;
  balance: number;
  held: number;
  available: number;
  requested_by: string;
  requested_at: string;
  decided_by: string | null;
  decided_at: string | null;
};

/** The shape `credit_admin_account`. */
export type CreditAdminAccount = {
  account_id: string;
  kind: AccountKind;
  owner_id: string | null;
  email: string | null;
  external_id: string | null;
  name: string | null;
  plan: string | null;
  status: AccountStatus;
  balance: number;
  held: number;
  available: number;
  debt: number;
  total_purchased: number;
  total_spent: number;
  last_transaction_at: string | null;
  created_at: string;
};

/** The shape `credit_alerts`. */
export type CreditAlerts = {
  account_id: string;
  low_balance: number | null;
  default_low_balance: number;
};

/** The shape `credit_answer`. */
export type CreditAnswer = {
  ok: boolean;
  message: string | null;
  credits: number | null;
  balance: number | null;
};

/** The shape `credit_audit`. */
export type CreditAudit = {
  id: number;
  account_id: string | null;
  actor: string;
  act: string;
  reason: string | null;
  before: Json;
  after: Json;
  created_at: string;
};

/** The shape `credit_auto_topup`. */
export type CreditAutoTopup = {
  account_id: string;
  enabled: boolean;
  threshold: number | null;
  package: string | null;
  monthly_limit_cents: number | null;
  spent_cents: number;
  currency: string;
  status: TopupStatus;
  paused_reason: string | null;
  paused_until_at: string | null;
};

/** The shape `credit_balance`. */
export type CreditBalance = {
  account_id: string;
  user_id: string | null;
  status: AccountStatus;
  plan: string | null;
  balance: number;
  held: number;
  available: number;
  debt: number;
  total_purchased: number;
  total_spent: number;
  current_credits: number;
  credit_status: AccountStatus;
  subscription: Json;
  next_billing_date: string | null;
  low_balance: number | null;
  expiring_credits: number | null;
  expires_at: string | null;
};

/** The shape `credit_charge`. */
export type CreditCharge = {
  transaction_id: number;
  cost: number;
  balance: number;
  held: number;
  available: number;
};

/** The shape `credit_dispute`. */
export type CreditDispute = {
  id: string;
  account_id: string;
  transaction_id: number;
  status: DisputeStatus;
  reason: DisputeReason;
  description: string;
  requested_refund: number;
  refunded: number;
  resolution: string | null;
  created_at: string;
  resolved_at: string | null;
};

/** The shape `credit_estimate`. */
export type CreditEstimate = {
  low: number;
  expected: number;
  high: number;
  affordable: boolean | null;
  model: string | null;
  input_tokens: number | null;
};

/** The shape `credit_gift`. */
export type CreditGift = {
  id: string;
  direction: GiftDirection;
  state: GiftState;
  amount: number;
  sender_email: string | null;
  recipient_email: string;
  message: string | null;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
};

/** The shape `credit_invitation`. */
export type CreditInvitation = {
  id: string;
  account_id: string;
  account_name: string;
  email: string;
  role: MemberRole;
  state: InvitationState;
  invited_by: string | null;
  created_at: string;
  expires_at: string;
};

/** The shape `credit_margin`. */
export type CreditMargin = {
  service: string | null;
  currency: string | null;
  calls: number;
  credits: number;
  free_credits: number;
  earned_cents: number;
  provider_cost_cents: number;
  margin_cents: number;
  margin_percent: number | null;
};

/** The shape `credit_member`. */
export type CreditMember = {
  account_id: string;
  user_id: string;
  email: string | null;
  role: MemberRole;
  monthly_cap: number | null;
  spent: number | null;
  held: number | null;
  resets_at: string;
  joined_at: string;
};

/** The shape `credit_model_choice`. */
export type CreditModelChoice = {
  model: string | null;
  provider: string | null;
  task: string;
  complexity: string;
  estimated_credits: number | null;
  affordable: boolean | null;
  reason: string;
  alternatives: Json;
};

/** The shape `credit_order`. */
export type CreditOrder = {
  id: string;
  account_id: string;
  user_id: string | null;
  status: OrderStatus;
  package: string | null;
  plan: string | null;
  credits: number;
  bonus_credits: number;
  total_cents: number;
  currency: string;
  refunded_cents: number;
  is_topup: boolean;
  receipt: Json;
  promotion_code: string | null;
  created_at: string;
  paid_at: string | null;
};

/** The shape `credit_package`. */
export type CreditPackage = {
  code: string;
  name: string;
  credits: number;
  bonus_credits: number;
  price_cents: number;
  currency: string;
  price_per_credit: number;
  savings_percent: number;
  features: Json;
};

/** The shape `credit_plan`. */
export type CreditPlan = {
  code: string;
  name: string;
  price_cents: number | null;
  currency: string;
  billing_interval: BillingInterval | null;
  monthly_credits: number;
  welcome_credits: number;
  features: Json;
  contact_only: boolean;
};

/** The shape `credit_price`. */
export type CreditPrice = {
  service: string;
  meter: string;
  unit: string;
  unit_size: number;
  credits: number;
  provider: string | null;
  tier: string | null;
  description: string | null;
};

/** The shape `credit_promotion`. */
export type CreditPromotion = {
  code: string;
  name: string;
  discount_type: DiscountType;
  discount_value: number;
  currency: string | null;
  starts_at: string;
  ends_at: string | null;
  maximum_uses: number | null;
  maximum_uses_per_account: number | null;
  minimum_cents: number;
  packages: string[] | null;
  plans: string[] | null;
  credits_days: number | null;
  uses: number;
  is_active: boolean;
  created_at: string;
  created_by: string;
};

/** The shape `credit_rate`. */
export type CreditRate = {
  price_per_credit: number;
  price_cents: number;
  currency: string;
  discount_percent: number;
};

/** The shape `credit_referral`. */
export type CreditReferral = {
  code: string;
  url_suffix: string;
  referred: number;
  rewarded: number;
  credits_earned: number;
};

/** The shape `credit_revenue`. */
export type CreditRevenue = {
  bucket_start: string;
  currency: string;
  payments: number;
  gross_cents: number;
  returned_cents: number;
  net_cents: number;
  credits_sold: number;
};

/** The shape `credit_service_usage`. */
export type CreditServiceUsage = {
  service: string | null;
  calls: number;
  quantity: number;
  credits: number;
  refunded: number;
  share_percent: number | null;
};

/** The shape `credit_top_account`. */
export type CreditTopAccount = {
  account_id: string;
  email: string | null;
  plan: string | null;
  calls: number;
  credits: number;
  share_percent: number | null;
};

/** The shape `credit_transaction`. */
export type CreditTransaction = {
  id: number;
  account_id: string;
  user_id: string | null;
  type: TransactionType;
  transaction_type: TransactionWord;
  amount: number;
  balance_before: number;
  balance_after: number;
  service: string | null;
  quantity: number | null;
  description: string | null;
  reference: string | null;
  metadata: Json;
  created_at: string;
};

/** The shape `credit_usage_stat`. */
export type CreditUsageStat = {
  bucket_start: string;
  service: string | null;
  calls: number;
  credits: number;
};

/** Accounts of the signed-in user as last written; get_credit_balance leaves expired credits out. */
export type CreditAccountsRow = {
  account_id: string;
  kind: AccountKind;
  user_id: string | null;
  external_id: string | null;
  plan: string | null;
  status: AccountStatus;
  balance: number;
  held: number;
  available: number;
  debt: number;
  total_purchased: number;
  total_spent: number;
  low_balance: number | null;
  created_at: string;
  name: string | null;
};

/** Grants of the accounts that the signed-in user owns or administers. */
export type CreditGrantsRow = {
  account_id: string;
  id: number;
  source: string;
  amount: number;
  remaining: number;
  priority: number;
  expires_at: string | null;
  is_paid: boolean;
  paid_cents: number | null;
  currency: string | null;
  reference: string | null;
  voided_at: string | null;
  created_at: string;
};

/** Holds of the accounts of the signed-in user: the log of their requests. */
export type CreditHoldsRow = {
  account_id: string;
  hold_id: string;
  user_id: string | null;
  amount: number;
  state: HoldState;
  service: string | null;
  quantity: number | null;
  reference: string | null;
  metadata: Json;
  transaction_id: number | null;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
  usage: Json;
  reason: string | null;
  key: string;
};

/** The history that the signed-in user may read. */
export type CreditTransactionsRow = {
  id: number;
  account_id: string;
  user_id: string | null;
  type: TransactionType;
  transaction_type: TransactionWord;
  amount: number;
  balance_before: number;
  balance_after: number;
  service: string | null;
  quantity: number | null;
  description: string | null;
  reference: string | null;
  metadata: Json;
  created_at: string;
};

/** What supabase-js wants to know of a database. */
export type Database = {
  public: {
    Tables: Record<never, never>;
    Views: {
      credit_accounts: {
        Row: CreditAccountsRow;
        Relationships: [];
      };
      credit_grants: {
        Row: CreditGrantsRow;
        Relationships: [];
      };
      credit_holds: {
        Row: CreditHoldsRow;
        Relationships: [];
      };
      credit_transactions: {
        Row: CreditTransactionsRow;
        Relationships: [];
      };
    };
    Functions: {
      /** Accepts a gift. */
      accept_credit_gift: {
        Args: {
          gift_id: string;
        };
        Returns: CreditGift;
      };
      /** Makes the invited user a member of the team. */
      accept_credit_invitation: {
        Args: {
          invitation_id: string;
        };
        Returns: CreditAccount;
      };
      /** Adds credits to an account for a reason, once per key. */
      admin_add_credits: {
        Args: {
          account_id: string;
          amount: number;
          reason: string;
          key: string;
          source?: string;
          expires_at?: string | null;
        };
        Returns: CreditAct;
      };
      /** Does an act that has waited for a second administrator. */
      admin_approve_act: {
        Args: {
          act_id: string;
        };
        Returns: CreditAct;
      };
      /** Creates a promotion. */
      admin_create_promotion: {
        Args: {
          promotion: Json;
        };
        Returns: CreditPromotion;
      };
      /** Declines an act that waits for a second administrator. */
      admin_decline_act: {
        Args: {
          act_id: string;
          reason: string;
        };
        Returns: CreditAct;
      };
      /** Ends a promotion at once. */
      admin_end_promotion: {
        Args: {
          code: string;
        };
        Returns: CreditPromotion;
      };
      /** Erases the person behind an account and closes it. */
      admin_erase_account: {
        Args: {
          account_id: string;
          reason: string;
        };
        Returns: CreditAccountStatus;
      };
      /** All there is to know of an account on one page. */
      admin_get_account: {
        Args: {
          account_id: string;
        };
        Returns: Json;
      };
      /** How disputes that were filed in a time went. */
      admin_get_dispute_statistics: {
        Args: {
          since?: string | null;
          until?: string | null;
        };
        Returns: Json;
      };
      /** What the charges of each service earned, and cost. */
      admin_get_margin: {
        Args: {
          since?: string | null;
          until?: string | null;
        };
        Returns: CreditMargin[];
      };
      /** What was paid and went back, by time. */
      admin_get_revenue: {
        Args: {
          since?: string | null;
          until?: string | null;
          bucket?: Bucket;
        };
        Returns: CreditRevenue[];
      };
      /** The whole system in figures. */
      admin_get_system_summary: {
        Args: Record<PropertyKey, never>;
        Returns: Json;
      };
      /** What all accounts used, by service. */
      admin_get_usage_by_service: {
        Args: {
          since?: string | null;
          until?: string | null;
        };
        Returns: CreditServiceUsage[];
      };
      /** All accounts, or those that a search finds. */
      admin_list_accounts: {
        Args: {
          search?: string | null;
          status?: AccountStatus | null;
          before?: string | null;
          page_size?: number;
        };
        Returns: CreditAdminAccount[];
      };
      /** The acts of administrators, the latest first. */
      admin_list_audit: {
        Args: {
          account_id?: string | null;
          actor?: string | null;
          act?: string | null;
          since?: string | null;
          until?: string | null;
          before?: number | null;
          page_size?: number;
        };
        Returns: CreditAudit[];
      };
      /** The disputes of a status, the longest waiting first. */
      admin_list_disputes: {
        Args: {
          status?: DisputeStatus | null;
          before?: string | null;
          page_size?: number;
        };
        Returns: CreditDispute[];
      };
      /** The acts that wait for a second administrator. */
      admin_list_pending_acts: {
        Args: Record<PropertyKey, never>;
        Returns: CreditAct[];
      };
      /** All promotions, the newest first. */
      admin_list_promotions: {
        Args: {
          before?: string | null;
          page_size?: number;
        };
        Returns: CreditPromotion[];
      };
      /** The accounts that used most. */
      admin_list_top_accounts: {
        Args: {
          since?: string | null;
          until?: string | null;
          page_size?: number;
        };
        Returns: CreditTopAccount[];
      };
      /** The transactions of any account. */
      admin_list_transactions: {
        Args: {
          account_id: string;
          type?: TransactionType | TransactionWord | null;
          service?: string | null;
          since?: string | null;
          until?: string | null;
          before?: number | null;
          page_size?: number;
        };
        Returns: CreditTransaction[];
      };
      /** Pauses an account for a reason. */
      admin_pause_account: {
        Args: {
          account_id: string;
          reason: string;
        };
        Returns: CreditAccountStatus;
      };
      /** Refunds a charge for a reason, once per key. */
      admin_refund_transaction: {
        Args: {
          account_id: string;
          transaction_id: number;
          reason: string;
          key: string;
          amount?: number | null;
        };
        Returns: CreditAct;
      };
      /** Removes credits from an account for a reason, once per key. */
      admin_remove_credits: {
        Args: {
          account_id: string;
          amount: number;
          reason: string;
          key: string;
        };
        Returns: CreditAct;
      };
      /** Resolves a dispute, with a refund in the same transaction. */
      admin_resolve_dispute: {
        Args: {
          dispute_id: string;
          outcome: DisputeOutcome;
          note: string;
          refund?: number | null;
        };
        Returns: CreditDispute;
      };
      /** Resumes a paused account for a reason. */
      admin_resume_account: {
        Args: {
          account_id: string;
          reason: string;
        };
        Returns: CreditAccountStatus;
      };
      /** Takes a dispute under review. */
      admin_review_dispute: {
        Args: {
          dispute_id: string;
          note?: string | null;
        };
        Returns: CreditDispute;
      };
      /** Voids a grant for a reason, once per key. */
      admin_void_grant: {
        Args: {
          account_id: string;
          grant_id: number;
          reason: string;
          key: string;
        };
        Returns: CreditAct;
      };
      /** What one call costs by the catalog in force. */
      calculate_query_cost: {
        Args: {
          tools?: string[];
          service?: string;
          usage?: Json;
          quantity?: number;
        };
        Returns: number;
      };
      /** Takes a pending gift back. */
      cancel_credit_gift: {
        Args: {
          gift_id: string;
        };
        Returns: CreditGift;
      };
      /** Chooses the model that a prompt should go to. */
      choose_model: {
        Args: {
          prompt: string;
          max_credits?: number | null;
          provider?: string | null;
          needs?: string[];
        };
        Returns: CreditModelChoice;
      };
      /** Notes who has referred the signed-in user. */
      claim_referral_code: {
        Args: {
          code: string;
        };
        Returns: CreditAnswer;
      };
      /** Takes a message to sales. */
      contact_credit_sales: {
        Args: {
          email: string;
          message: string;
          name?: string | null;
          company?: string | null;
        };
        Returns: CreditAnswer;
      };
      /** Creates a team, whose first owner is the caller. */
      create_credit_team: {
        Args: {
          name: string;
        };
        Returns: CreditAccount;
      };
      /** What a call would cost, before it is made. */
      estimate_credit_cost: {
        Args: {
          prompt?: string | null;
          model?: string | null;
          input_tokens?: number | null;
          max_output_tokens?: number | null;
          service?: string | null;
          usage?: Json;
        };
        Returns: CreditEstimate;
      };
      /** An account's transactions as CSV. */
      export_credit_transactions: {
        Args: {
          account_id?: string | null;
          since?: string | null;
          until?: string | null;
        };
        Returns: string;
      };
      /** How an account is topped up automatically. */
      get_auto_topup: {
        Args: {
          account_id?: string | null;
        };
        Returns: CreditAutoTopup;
      };
      /** What an account holds now. */
      get_credit_balance: {
        Args: {
          account_id?: string | null;
        };
        Returns: CreditBalance;
      };
      /** One dispute of the signed-in user's accounts. */
      get_credit_dispute: {
        Args: {
          dispute_id: string;
        };
        Returns: CreditDispute;
      };
      /** What one credit costs when so many are bought. */
      get_credit_rate: {
        Args: {
          quantity?: number;
        };
        Returns: CreditRate;
      };
      /** Balance, grants, usage of the month and caps in one object. */
      get_credit_summary: {
        Args: {
          account_id?: string | null;
        };
        Returns: Json;
      };
      /** What an account used, by service and time. */
      get_credit_usage_stats: {
        Args: {
          account_id?: string | null;
          since?: string | null;
          until?: string | null;
          bucket?: Bucket;
        };
        Returns: CreditUsageStat[];
      };
      /** The referral code of the signed-in user, and what it earned. */
      get_referral_code: {
        Args: Record<PropertyKey, never>;
        Returns: CreditReferral;
      };
      /** Whether an account could pay for a use of a service now (advice only). */
      has_enough_credits: {
        Args: {
          service: string;
          quantity?: number;
          usage?: Json;
          account_id?: string | null;
        };
        Returns: boolean;
      };
      /** Whether an account's plan has a feature. */
      has_plan_feature: {
        Args: {
          feature: string;
          account_id?: string | null;
        };
        Returns: boolean;
      };
      /** Invites somebody into a team by e-mail. */
      invite_credit_member: {
        Args: {
          account_id: string;
          email: string;
          role: MemberRole;
        };
        Returns: CreditInvitation;
      };
      /** The gifts of the signed-in user, given and received. */
      list_credit_gifts: {
        Args: Record<PropertyKey, never>;
        Returns: CreditGift[];
      };
      /** The open invitations of a team, or those of the signed-in user. */
      list_credit_invitations: {
        Args: {
          account_id?: string | null;
        };
        Returns: CreditInvitation[];
      };
      /** The members of a team, and what they spent this month. */
      list_credit_members: {
        Args: {
          account_id: string;
        };
        Returns: CreditMember[];
      };
      /** An account's orders with their receipts. */
      list_credit_orders: {
        Args: {
          account_id?: string | null;
          before?: string | null;
          page_size?: number;
        };
        Returns: CreditOrder[];
      };
      /** The packs on sale. */
      list_credit_packages: {
        Args: Record<PropertyKey, never>;
        Returns: CreditPackage[];
      };
      /** The plans. */
      list_credit_plans: {
        Args: Record<PropertyKey, never>;
        Returns: CreditPlan[];
      };
      /** What each service costs: the usage guide. */
      list_credit_prices: {
        Args: Record<PropertyKey, never>;
        Returns: CreditPrice[];
      };
      /** An account's transactions, newest first, a page at a time. */
      list_credit_transactions: {
        Args: {
          account_id?: string | null;
          type?: TransactionType | TransactionWord | null;
          service?: string | null;
          since?: string | null;
          until?: string | null;
          before?: number | null;
          page_size?: number;
        };
        Returns: CreditTransaction[];
      };
      /** The accounts of the signed-in user, the personal one first. */
      list_my_credit_accounts: {
        Args: Record<PropertyKey, never>;
        Returns: CreditAccount[];
      };
      /** The disputes of the signed-in user's accounts. */
      list_my_credit_disputes: {
        Args: Record<PropertyKey, never>;
        Returns: CreditDispute[];
      };
      /** Quotes a purchase of a pack, a plan or a quantity of credits. */
      quote_credit_purchase: {
        Args: {
          package?: string | null;
          plan?: string | null;
          quantity?: number | null;
          promotion_code?: string | null;
          account_id?: string | null;
        };
        Returns: Json;
      };
      /** Redeems a code that grants credits. */
      redeem_credit_code: {
        Args: {
          code: string;
          account_id?: string | null;
        };
        Returns: CreditAnswer;
      };
      /** Removes a member from a team, or leaves it. */
      remove_credit_member: {
        Args: {
          account_id: string;
          user_id: string;
        };
        Returns: CreditMember;
      };
      /** Takes an invitation back, or declines it. */
      revoke_credit_invitation: {
        Args: {
          invitation_id: string;
        };
        Returns: CreditInvitation;
      };
      /** Gives bought credits to somebody by e-mail, once per key. */
      send_credit_gift: {
        Args: {
          recipient_email: string;
          amount: number;
          key: string;
          message?: string | null;
        };
        Returns: CreditGift;
      };
      /** Sets how an account is topped up automatically. */
      set_auto_topup: {
        Args: {
          enabled: boolean;
          threshold?: number | null;
          package?: string | null;
          monthly_limit_cents?: number | null;
          account_id?: string | null;
        };
        Returns: CreditAutoTopup;
      };
      /** Sets below which balance an account's owner is told. */
      set_credit_alerts: {
        Args: {
          low_balance?: number | null;
          account_id?: string | null;
        };
        Returns: CreditAlerts;
      };
      /** Sets the role and the monthly cap of a member. */
      set_credit_member: {
        Args: {
          account_id: string;
          user_id: string;
          role?: MemberRole | null;
          monthly_cap?: number | null;
        };
        Returns: CreditMember;
      };
      /** Sets the monthly cap of all members of role member. */
      set_credit_member_caps: {
        Args: {
          account_id: string;
          monthly_cap: number;
        };
        Returns: CreditMember[];
      };
      /** Disputes a charge of usage. */
      submit_credit_dispute: {
        Args: {
          transaction_id: number;
          reason: DisputeReason;
          description: string;
          requested_refund?: number | null;
          account_id?: string | null;
        };
        Returns: CreditDispute;
      };
      /** Charges an account for one use of a service at the catalog's price, once per idempotency key. */
      use_credits: {
        Args: {
          service: string;
          key: string;
          quantity?: number;
          usage?: Json;
          reference?: string | null;
          description?: string | null;
          metadata?: Json;
          account_id?: string | null;
        };
        Returns: CreditCharge;
      };
      /** Withdraws a dispute that nobody has resolved yet. */
      withdraw_credit_dispute: {
        Args: {
          dispute_id: string;
        };
        Returns: CreditDispute;
      };
    };
    Enums: Record<never, never>;
    CompositeTypes: {
      credit_account: CreditAccount;
      credit_account_status: CreditAccountStatus;
      credit_act: CreditAct;
      credit_admin_account: CreditAdminAccount;
      credit_alerts: CreditAlerts;
      credit_answer: CreditAnswer;
      credit_audit: CreditAudit;
      credit_auto_topup: CreditAutoTopup;
      credit_balance: CreditBalance;
      credit_charge: CreditCharge;
      credit_dispute: CreditDispute;
      credit_estimate: CreditEstimate;
      credit_gift: CreditGift;
      credit_invitation: CreditInvitation;
      credit_margin: CreditMargin;
      credit_member: CreditMember;
      credit_model_choice: CreditModelChoice;
      credit_order: CreditOrder;
      credit_package: CreditPackage;
      credit_plan: CreditPlan;
      credit_price: CreditPrice;
      credit_promotion: CreditPromotion;
      credit_rate: CreditRate;
      credit_referral: CreditReferral;
      credit_revenue: CreditRevenue;
      credit_service_usage: CreditServiceUsage;
      credit_top_account: CreditTopAccount;
      credit_transaction: CreditTransaction;
      credit_usage_stat: CreditUsageStat;
    };
  };
};
