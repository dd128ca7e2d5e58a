/** Rows as the database gives them, for tests: ordinary ones, of which a test changes what it needs. */
import type { Transaction } from "../kit/services/credits";
import type { Dispute } from "../kit/services/disputes";
import type { Gift } from "../kit/services/gifts";
import type { Account, Invitation, Member } from "../kit/services/teams";

/** The signed-in user, whose personal account has the same id. */
export const ME = "11111111-1111-4111-8111-111111111111";
/** A team. */
export const TEAM = "22222222-2222-4222-8222-222222222222";

/** A charge of 30 credits for a film. */
export function aCharge(more: Partial<Transaction> = {}): Transaction {
  return {
    id: 2,
    account_id: ME,
    user_id: ME,
    type: "usage",
    transaction_type: "spend",
    amount: -30,
    balance_before: 100,
    balance_after: 70,
    service: "film",
    quantity: 1,
    description: null,
    reference: null,
    metadata: {},
    created_at: "2026-11-20T10:00:00Z",
    ...more,
  };
}

/** A dispute of that charge that waits. */
export function aDispute(more: Partial<Dispute> = {}): Dispute {
  return {
    id: "dispute-1",
    account_id: ME,
    transaction_id: 2,
    status: "pending",
    reason: "poor_quality",
    description: "The second half of the film is black.",
    requested_refund: 20,
    refunded: 0,
    resolution: null,
    created_at: "2026-11-20T11:00:00Z",
    resolved_at: null,
    ...more,
  };
}

/** The user's own account. */
export function anAccount(more: Partial<Account> = {}): Account {
  return {
    account_id: ME,
    kind: "personal",
    name: null,
    role: "owner",
    plan: null,
    status: "active",
    balance: 100,
    held: 0,
    available: 100,
    debt: 0,
    created_at: "2026-11-01T00:00:00Z",
    ...more,
  };
}

/** A team that the user owns. */
export function aTeam(more: Partial<Account> = {}): Account {
  return anAccount({ account_id: TEAM, kind: "team", name: "Lab", ...more });
}

/** Bob, a member of the team with a cap of 20. */
export function aMember(more: Partial<Member> = {}): Member {
  return {
    account_id: TEAM,
    user_id: "33333333-3333-4333-8333-333333333333",
    email: "bob@example.com",
    role: "member",
    monthly_cap: 20,
    spent: 10,
    held: 5,
    resets_at: "2026-12-01T00:00:00Z",
    joined_at: "2026-11-02T00:00:00Z",
    ...more,
  };
}

/** An open invitation into the team. */
export function anInvitation(more: Partial<Invitation> = {}): Invitation {
  return {
    id: "invitation-1",
    account_id: TEAM,
    account_name: "Lab",
    email: "eve@example.com",
    role: "member",
    state: "open",
    invited_by: ME,
    created_at: "2026-11-20T10:00:00Z",
    expires_at: "2026-12-04T10:00:00Z",
    ...more,
  };
}

/** A gift of 3,000 credits that was sent and waits. */
export function aGift(more: Partial<Gift> = {}): Gift {
  return {
    id: "gift-1",
    direction: "sent",
    state: "pending",
    amount: 3000,
    sender_email: "ann@example.com",
    recipient_email: "bob@example.com",
    message: "For your thesis",
    created_at: "2026-11-20T10:00:00Z",
    expires_at: "2026-12-20T10:00:00Z",
    ended_at: null,
    ...more,
  };
}
