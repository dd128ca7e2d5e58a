/** The words for what has a status, a kind or a reason: one place, for badges, choices and readers. */
import type {
  AccountKind,
  AccountStatus,
  ActKind,
  ActState,
  DiscountType,
  DisputeReason,
  DisputeStatus,
  GiftState,
  InvitationState,
  MemberRole,
  OrderStatus,
  TopupStatus,
} from "./database";
import type { Tone } from "./ui/notes";

/** A word for people, and the colour of its badge. */
export interface Word {
  label: string;
  tone: Tone;
}

/** The words of one column. */
export type Words<Code extends string> = Readonly<Record<Code, Word>>;

export const ACCOUNT_KINDS: Words<AccountKind> = {
  personal: { label: "Personal", tone: "plain" },
  team: { label: "Team", tone: "plain" },
  external: { label: "External", tone: "plain" },
};

export const ACCOUNT_STATUSES: Words<AccountStatus> = {
  active: { label: "Active", tone: "good" },
  paused: { label: "Paused", tone: "warn" },
  closed: { label: "Closed", tone: "bad" },
};

export const ACT_KINDS: Words<ActKind> = {
  add_credits: { label: "Add credits", tone: "plain" },
  remove_credits: { label: "Remove credits", tone: "plain" },
  void_grant: { label: "Void a grant", tone: "plain" },
  refund_transaction: { label: "Refund a charge", tone: "plain" },
  resolve_dispute: { label: "Refund a dispute", tone: "plain" },
};

export const ACT_STATES: Words<ActState> = {
  pending: { label: "Waits for a second administrator", tone: "warn" },
  done: { label: "Done", tone: "good" },
  declined: { label: "Declined", tone: "bad" },
  expired: { label: "Expired", tone: "plain" },
};

export const DISCOUNT_TYPES: Words<DiscountType> = {
  percent: { label: "Percent off", tone: "plain" },
  fixed: { label: "Amount off", tone: "plain" },
  bonus_credits: { label: "Bonus credits", tone: "plain" },
  bonus_percent: { label: "Bonus percent", tone: "plain" },
  credits: { label: "Credits at once", tone: "plain" },
};

export const DISPUTE_REASONS: Words<DisputeReason> = {
  not_delivered: { label: "Not delivered", tone: "plain" },
  wrong_amount: { label: "Wrong amount", tone: "plain" },
  duplicate_charge: { label: "Charged twice", tone: "plain" },
  poor_quality: { label: "Poor quality", tone: "plain" },
  unauthorized: { label: "Not authorized", tone: "plain" },
  other: { label: "Something else", tone: "plain" },
};

export const DISPUTE_STATUSES: Words<DisputeStatus> = {
  pending: { label: "Waiting", tone: "warn" },
  under_review: { label: "Under review", tone: "warn" },
  approved: { label: "Approved", tone: "good" },
  partially_approved: { label: "Approved in part", tone: "good" },
  rejected: { label: "Rejected", tone: "bad" },
  withdrawn: { label: "Withdrawn", tone: "plain" },
};

export const GIFT_STATES: Words<GiftState> = {
  pending: { label: "Waiting", tone: "warn" },
  accepted: { label: "Accepted", tone: "good" },
  cancelled: { label: "Cancelled", tone: "plain" },
  expired: { label: "Expired", tone: "plain" },
};

export const INVITATION_STATES: Words<InvitationState> = {
  open: { label: "Open", tone: "warn" },
  accepted: { label: "Accepted", tone: "good" },
  revoked: { label: "Revoked", tone: "plain" },
  expired: { label: "Expired", tone: "plain" },
};

export const MEMBER_ROLES: Words<MemberRole> = {
  owner: { label: "Owner", tone: "plain" },
  admin: { label: "Admin", tone: "plain" },
  member: { label: "Member", tone: "plain" },
  viewer: { label: "Viewer", tone: "plain" },
};

export const ORDER_STATUSES: Words<OrderStatus> = {
  open: { label: "Open", tone: "plain" },
  paid: { label: "Paid", tone: "good" },
  completed: { label: "Completed", tone: "good" },
  expired: { label: "Expired", tone: "plain" },
  failed: { label: "Failed", tone: "bad" },
};

export const TOPUP_STATUSES: Words<TopupStatus> = {
  off: { label: "Off", tone: "plain" },
  active: { label: "On", tone: "good" },
  paused: { label: "Paused", tone: "warn" },
};
