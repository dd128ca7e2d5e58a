import type { FormEvent } from "react";
import type { MemberRole } from "../database";
import { errorAt, errorOfForm } from "../field-errors";
import { formatDay } from "../format";
import { useTeam } from "../hooks/use-teams";
import { type Account, rolesUpTo } from "../services/teams";
import { Button } from "../ui/button";
import { Field, Select } from "../ui/field";
import { Failure, Note } from "../ui/notes";
import { MEMBER_ROLES } from "../words";

const OF_EMAIL = ["invalid_email", "email_too_long", "already_member"];
const OF_ROLE = ["invalid_role", "role_too_high"];

/** Invites somebody into a team by e-mail. */
export function InviteForm({ team }: { team: Account }) {
  const { invite } = useTeam(team);
  const failure = errorOfForm(invite.error, OF_EMAIL, OF_ROLE);

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const email = String(data.get("email")).trim();
    const role = String(data.get("role")) as MemberRole;
    invite.mutate({ email, role }, { onSuccess: () => form.reset() });
  }

  return (
    <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={send}>
      {failure ? <Failure error={failure} /> : null}
      {invite.data && (
        <Note tone="good">
          {invite.data.email} can accept until {formatDay(invite.data.expires_at)}.
        </Note>
      )}
      <div className="credits:grid credits:gap-4 credits:sm:grid-cols-[1fr_10rem_auto] credits:sm:items-start">
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="off"
          required
          error={errorAt(invite.error, OF_EMAIL)}
        />
        <Select
          label="Role"
          name="role"
          defaultValue="member"
          error={errorAt(invite.error, OF_ROLE)}
        >
          {rolesUpTo(team.role).map((role) => (
            <option key={role} value={role}>
              {MEMBER_ROLES[role].label}
            </option>
          ))}
        </Select>
        <Button kind="primary" type="submit" isBusy={invite.isPending} className="credits:sm:mt-6">
          Invite
        </Button>
      </div>
    </form>
  );
}
