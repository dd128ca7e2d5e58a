import type { FormEvent } from "react";
import { CreditsError } from "../errors";
import { errorAt, errorOfForm } from "../field-errors";
import { useTeams } from "../hooks/use-teams";
import type { Account } from "../services/teams";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Failure, Note } from "../ui/notes";

const OF_NAME = ["invalid_name"];

/** Makes a team, whose owner is who makes it. */
export function TeamForm({ onDone }: { onDone: (team: Account) => void }) {
  const { create } = useTeams();
  const failure = errorOfForm(create.error, OF_NAME);

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    create.mutate(String(new FormData(form).get("name")).trim(), {
      onSuccess: (team) => {
        form.reset();
        onDone(team);
      },
    });
  }

  return (
    <Card title="New team">
      <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={send}>
        {failure ? <Failure error={failure} /> : null}
        {create.error instanceof CreditsError && create.error.isLost && (
          <Note tone="warn">It may have been made: look at your teams before you try again.</Note>
        )}
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          help="A team shares one balance; you invite who may use it."
          error={errorAt(create.error, OF_NAME)}
        />
        <div>
          <Button kind="primary" type="submit" isBusy={create.isPending}>
            Create the team
          </Button>
        </div>
      </form>
    </Card>
  );
}
