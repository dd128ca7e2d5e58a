import { useState } from "react";
import { formatCredits, formatDay } from "../format";
import { useTeam, useTeams } from "../hooks/use-teams";
import { type Account, type Member, mayManage, rolesUpTo } from "../services/teams";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { Progress } from "../ui/progress";
import { type Column, Table } from "../ui/table";
import { MEMBER_ROLES } from "../words";
import { CapForm } from "./cap-form";
import { MemberForm } from "./member-form";
import { RemoveMember } from "./remove-member";

/** From which share of a cap on its bar warns. */
const NEARLY = 0.8;

/** Who is in a team, what each has spent this month of their cap; to change, to remove, to leave. */
export function TeamMembers({ team }: { team: Account }) {
  const { members } = useTeam(team);
  const { accounts } = useTeams();
  const [changing, setChanging] = useState<Member | null>(null);
  const [removing, setRemoving] = useState<Member | null>(null);
  const me = accounts.data?.find((account) => account.kind === "personal")?.account_id;
  const isManager = mayManage(team.role);
  const isBelow = (member: Member) => isManager && rolesUpTo(team.role).includes(member.role);

  const columns: Column<Member>[] = [
    {
      heading: "Member",
      cell: (member) => (
        <div className="credits:min-w-24 credits:wrap-anywhere">
          {`${nameOf(member)}${isMe(member) ? " (you)" : ""}`}
          <div className="credits:text-xs credits:text-muted credits:sm:hidden">
            {MEMBER_ROLES[member.role].label}
          </div>
        </div>
      ),
    },
    { heading: "Role", isWide: true, cell: (member) => MEMBER_ROLES[member.role].label },
    { heading: "Spent this month", cell: (member) => <Spent member={member} /> },
    {
      heading: "Change",
      cell: (member) => (
        <div className="credits:flex credits:gap-2 credits:max-sm:flex-col">
          {isBelow(member) && (
            <Button
              className="credits:max-sm:px-2"
              aria-label={`Change ${nameOf(member)}`}
              onClick={() => setChanging(member)}
            >
              Change
            </Button>
          )}
          {(isMe(member) || isBelow(member)) && (
            <Button
              className="credits:max-sm:px-2"
              aria-label={isMe(member) ? "Leave the team" : `Remove ${nameOf(member)}`}
              onClick={() => setRemoving(member)}
            >
              {isMe(member) ? "Leave" : "Remove"}
            </Button>
          )}
        </div>
      ),
    },
  ];

  function isMe(member: Member): boolean {
    return member.user_id === me;
  }

  return (
    <Card title={`Members of ${team.name}`}>
      <Answer query={members} height="12rem">
        {(found) => (
          <div className="credits:flex credits:flex-col credits:gap-4">
            <Table
              caption="Members, their roles and their spending"
              columns={columns}
              rows={found}
              rowKey={(member) => member.user_id}
              empty="Nobody is in this team."
            />
            {isManager && <CapForm team={team} />}
          </div>
        )}
      </Answer>
      {changing && (
        <Dialog title={`Change ${nameOf(changing)}`} onClose={() => setChanging(null)}>
          <MemberForm team={team} member={changing} onClose={() => setChanging(null)} />
        </Dialog>
      )}
      {removing && (
        <RemoveMember
          team={team}
          member={removing}
          isMe={isMe(removing)}
          onClose={() => setRemoving(null)}
        />
      )}
    </Card>
  );
}

function nameOf(member: Member): string {
  return member.email ?? "Deleted user";
}

function Spent({ member }: { member: Member }) {
  if (member.spent === null) {
    return <span className="credits:text-muted">Not shown to you</span>;
  }
  const used = member.spent + (member.held ?? 0);
  const cap = member.monthly_cap;
  if (cap === null) {
    return <span className="credits:tabular-nums">{formatCredits(used)}, no cap</span>;
  }
  const share = cap > 0 ? used / cap : 1;
  const text = `${formatCredits(used)} of ${formatCredits(cap)}`;
  return (
    <div className="credits:flex credits:min-w-20 credits:flex-col credits:gap-1.5 credits:tabular-nums">
      <span>{text}</span>
      <Progress
        label={`Spent by ${nameOf(member)}`}
        value={share}
        maximum={1}
        text={text}
        tone={share >= 1 ? "bad" : share >= NEARLY ? "warn" : "accent"}
      />
      <span className="credits:text-xs credits:text-muted">
        Anew on {formatDay(member.resets_at, "UTC")}
      </span>
    </div>
  );
}
