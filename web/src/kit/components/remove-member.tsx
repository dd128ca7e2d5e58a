import { useTeam } from "../hooks/use-teams";
import type { Account, Member } from "../services/teams";
import { Confirm } from "../ui/confirm";

/** What `RemoveMember` takes. */
export interface RemoveMemberProps {
  team: Account;
  member: Member;
  /** Whether it is the signed-in user, who leaves. */
  isMe: boolean;
  onClose: () => void;
}

/** Asks before somebody is removed from a team, or leaves it. */
export function RemoveMember({ team, member, isMe, onClose }: RemoveMemberProps) {
  const { remove } = useTeam(team);
  return (
    <Confirm
      title={isMe ? `Leave ${team.name}?` : `Remove ${member.email ?? "this user"}?`}
      action={isMe ? "Leave" : "Remove"}
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(member.user_id, { onSuccess: onClose })}
    >
      {isMe
        ? "You can use its credits no more. You come back only when you are invited again."
        : "They can use the team's credits no more. What they were charged stays in the history."}
    </Confirm>
  );
}
