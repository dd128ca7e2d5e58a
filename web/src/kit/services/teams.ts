/** Calls about accounts that several people share. Errors: `CreditsError`. */
import type { Caller, CreditsClient, Returns } from "../client";
import type { MemberRole } from "../database";
import { orNone } from "./or-none";

/** An account of the signed-in user, and the role in it; amounts in credits. */
export type Account = Returns<"list_my_credit_accounts">[number];
/** A member of a team, and what was spent this month; null where it is not one's to see. */
export type Member = Returns<"list_credit_members">[number];
/** An invitation into a team. */
export type Invitation = Returns<"list_credit_invitations">[number];

/** What changes of a member; what is left out stays as it is. */
export interface MemberChange {
  userId: string;
  role?: MemberRole;
  /** Credits a calendar month; null for no cap. */
  monthlyCap?: number | null;
}

const RANKS: readonly MemberRole[] = ["viewer", "member", "admin", "owner"];

/** Whether a role may invite, remove and cap. */
export function mayManage(role: MemberRole): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf("admin");
}

/** The roles that somebody may give, and whom they may change: none above the own. */
export function rolesUpTo(role: MemberRole): readonly MemberRole[] {
  return RANKS.slice(0, RANKS.indexOf(role) + 1);
}

/** Accounts that several people share. */
export const teamsService = {
  /** One's own accounts: the personal one, whose id is the user's, then the teams. */
  listAccounts: (client: Caller): Promise<Account[]> => client.rpc("list_my_credit_accounts", {}),

  /** Creates a team that the user owns. */
  createTeam: (client: CreditsClient, name: string): Promise<Account> =>
    client.rpc("create_credit_team", { name }),

  /** Who is in a team. */
  listMembers: (client: Caller, accountId: string): Promise<Member[]> =>
    client.rpc("list_credit_members", { account_id: accountId }),

  /** Changes the role or the cap of a member. */
  setMember: (
    client: CreditsClient,
    accountId: string,
    { userId, role, monthlyCap }: MemberChange,
  ): Promise<Member> =>
    client.rpc("set_credit_member", {
      account_id: accountId,
      user_id: userId,
      role: role ?? null,
      monthly_cap: orNone(monthlyCap),
    }),

  /** Sets the cap of everybody whose role is member; null for none. */
  setCaps: (
    client: CreditsClient,
    accountId: string,
    monthlyCap: number | null,
  ): Promise<Member[]> =>
    client.rpc("set_credit_member_caps", {
      account_id: accountId,
      monthly_cap: orNone(monthlyCap),
    }),

  /** Removes a member, or oneself. */
  removeMember: (client: CreditsClient, accountId: string, userId: string): Promise<Member> =>
    client.rpc("remove_credit_member", { account_id: accountId, user_id: userId }),

  /** The invitations of a team; without one those that the user can accept. */
  listInvitations: (client: Caller, accountId: string | null): Promise<Invitation[]> =>
    client.rpc("list_credit_invitations", { account_id: accountId }),

  /** Invites somebody; the same address again renews the invitation. */
  invite: (
    client: CreditsClient,
    accountId: string,
    email: string,
    role: MemberRole,
  ): Promise<Invitation> =>
    client.rpc("invite_credit_member", { account_id: accountId, email, role }),

  /** Joins the team. */
  acceptInvitation: (client: CreditsClient, invitationId: string): Promise<Account> =>
    client.rpc("accept_credit_invitation", { invitation_id: invitationId }),

  /** Takes an invitation back, or declines it. */
  revokeInvitation: (client: CreditsClient, invitationId: string): Promise<Invitation> =>
    client.rpc("revoke_credit_invitation", { invitation_id: invitationId }),
};
