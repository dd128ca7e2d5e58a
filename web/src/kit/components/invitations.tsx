import { formatDay } from "../format";
import { useTeam } from "../hooks/use-teams";
import type { Account, Invitation } from "../services/teams";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Failure } from "../ui/notes";
import { State } from "../ui/state";
import { type Column, Table } from "../ui/table";
import { INVITATION_STATES, MEMBER_ROLES } from "../words";
import { InviteForm } from "./invite-form";

/** Who is invited into a team, to invite more and to take one back: for who manages it. */
export function Invitations({ team }: { team: Account }) {
  const { invitations, revoke } = useTeam(team);
  const columns: Column<Invitation>[] = [
    ...COLUMNS,
    {
      heading: "Revoke",
      cell: (invitation) =>
        invitation.state === "open" && (
          <Button
            className="credits:max-sm:px-2"
            aria-label={`Revoke the invitation of ${invitation.email}`}
            isBusy={revoke.isPending && revoke.variables === invitation.id}
            onClick={() => revoke.mutate(invitation.id)}
          >
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <Card title="Invitations">
      <div className="credits:flex credits:flex-col credits:gap-5">
        <InviteForm team={team} />
        {revoke.error && <Failure error={revoke.error} />}
        <Answer query={invitations} height="8rem">
          {(found) => (
            <Table
              caption={`Invitations into ${team.name}`}
              columns={columns}
              rows={found}
              rowKey={(invitation) => invitation.id}
              empty="Nobody is invited. Whom you invite by e-mail is listed here."
            />
          )}
        </Answer>
      </div>
    </Card>
  );
}

const COLUMNS: readonly Column<Invitation>[] = [
  {
    heading: "E-mail",
    cell: (invitation) => (
      <div className="credits:min-w-24 credits:wrap-anywhere">
        {invitation.email}
        <div className="credits:text-xs credits:text-muted credits:sm:hidden">
          {MEMBER_ROLES[invitation.role].label}, until {formatDay(invitation.expires_at)}
        </div>
      </div>
    ),
  },
  { heading: "Role", isWide: true, cell: (invitation) => MEMBER_ROLES[invitation.role].label },
  {
    heading: "State",
    cell: (invitation) => <State word={INVITATION_STATES[invitation.state]} />,
  },
  {
    heading: "Until",
    isWide: true,
    cell: (invitation) => (
      <span className="credits:whitespace-nowrap">{formatDay(invitation.expires_at)}</span>
    ),
  },
];
