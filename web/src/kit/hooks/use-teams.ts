import { useQuery } from "@tanstack/react-query";
import type { MemberRole } from "../database";
import { useCreditsClient } from "../provider";
import { type Account, type MemberChange, mayManage, teamsService } from "../services/teams";
import { useWrite } from "./use-write";

/**
 * The accounts of the signed-in user, and the invitations into more of them.
 *
 * Returns
 *   accounts        the personal one, then the teams.
 *   invitations     what can be accepted now.
 *   create          makes a team, by its name.
 *   accept, decline an invitation, by its id.
 */
export function useTeams() {
  const { client } = useCreditsClient();
  return {
    accounts: useQuery({
      queryKey: ["credits", null, "accounts"],
      queryFn: ({ signal }) => teamsService.listAccounts(client.until(signal)),
    }),
    invitations: useQuery({
      queryKey: ["credits", null, "invitations"],
      queryFn: ({ signal }) => teamsService.listInvitations(client.until(signal), null),
    }),
    create: useWrite((name: string) => teamsService.createTeam(client, name)),
    accept: useWrite((id: string) => teamsService.acceptInvitation(client, id)),
    decline: useWrite((id: string) => teamsService.revokeInvitation(client, id)),
  };
}

/**
 * Who is in a team, and who is invited into it.
 *
 * @param team one of the user's accounts; only who manages it may ask for its invitations.
 */
export function useTeam(team: Pick<Account, "account_id" | "role">) {
  const { client } = useCreditsClient();
  const id = team.account_id;
  return {
    members: useQuery({
      queryKey: ["credits", id, "members"],
      queryFn: ({ signal }) => teamsService.listMembers(client.until(signal), id),
    }),
    invitations: useQuery({
      queryKey: ["credits", id, "invitations"],
      queryFn: ({ signal }) => teamsService.listInvitations(client.until(signal), id),
      enabled: mayManage(team.role),
    }),
    setMember: useWrite((change: MemberChange) => teamsService.setMember(client, id, change)),
    setCaps: useWrite((cap: number | null) => teamsService.setCaps(client, id, cap)),
    remove: useWrite((userId: string) => teamsService.removeMember(client, id, userId)),
    invite: useWrite(({ email, role }: { email: string; role: MemberRole }) =>
      teamsService.invite(client, id, email, role),
    ),
    revoke: useWrite((invitationId: string) => teamsService.revokeInvitation(client, invitationId)),
  };
}
