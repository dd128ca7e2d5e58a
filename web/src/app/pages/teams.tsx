import {
  Invitations,
  MyInvitations,
  mayManage,
  TeamForm,
  TeamList,
  TeamMembers,
  useCreditsClient,
  useTeams,
} from "../../kit";
import { useAccountSwitch } from "../account";
import { Page } from "../page";

/** The accounts that one shares with others; the one in use, with its members and invitations. */
export function Teams() {
  const { accountId } = useCreditsClient();
  const { accounts } = useTeams();
  const switchAccount = useAccountSwitch();
  const team = accounts.data?.find((account) => account.account_id === accountId);
  return (
    <Page title="Teams">
      <TeamList onSwitch={switchAccount} />
      {team && <TeamMembers key={`members ${team.account_id}`} team={team} />}
      {team && mayManage(team.role) && (
        <Invitations key={`invitations ${team.account_id}`} team={team} />
      )}
      <div className="credits:grid credits:items-start credits:gap-5 credits:md:grid-cols-2">
        <MyInvitations />
        <TeamForm onDone={(made) => switchAccount(made.account_id)} />
      </div>
    </Page>
  );
}
