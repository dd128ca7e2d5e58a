import type { FormEvent } from "react";
import type { MemberRole } from "../database";
import { errorAt, errorOfForm } from "../field-errors";
import { useTeam } from "../hooks/use-teams";
import { type Account, type Member, type MemberChange, rolesUpTo } from "../services/teams";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import { Failure } from "../ui/notes";
import { MEMBER_ROLES } from "../words";
import { CapField, readCap } from "./cap-field";

const OF_ROLE = ["invalid_role", "role_too_high", "last_owner"];
const OF_CAP = ["invalid_amount"];

/** What `MemberForm` takes. */
export interface MemberFormProps {
  team: Account;
  member: Member;
  onClose: () => void;
}

/** Changes the role and the monthly cap of a member; what stays is not sent. */
export function MemberForm({ team, member, onClose }: MemberFormProps) {
  const { setMember } = useTeam(team);
  const failure = errorOfForm(setMember.error, OF_ROLE, OF_CAP);

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const role = String(form.get("role")) as MemberRole;
    const cap = readCap(form);
    const change: MemberChange = {
      userId: member.user_id,
      ...(role === member.role ? {} : { role }),
      ...(cap === member.monthly_cap ? {} : { monthlyCap: cap }),
    };
    setMember.mutate(change, { onSuccess: onClose });
  }

  return (
    <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={save}>
      {failure ? <Failure error={failure} /> : null}
      <Select
        label="Role"
        name="role"
        defaultValue={member.role}
        error={errorAt(setMember.error, OF_ROLE)}
      >
        {rolesUpTo(team.role).map((role) => (
          <option key={role} value={role}>
            {MEMBER_ROLES[role].label}
          </option>
        ))}
      </Select>
      <CapField cap={member.monthly_cap} error={errorAt(setMember.error, OF_CAP)} />
      <div className="credits:flex credits:flex-wrap credits:justify-end credits:gap-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" isBusy={setMember.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
