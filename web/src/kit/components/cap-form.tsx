import { type FormEvent, useState } from "react";
import { errorAt, errorOfForm } from "../field-errors";
import { useTeam } from "../hooks/use-teams";
import type { Account } from "../services/teams";
import { Button } from "../ui/button";
import { Failure, Note } from "../ui/notes";
import { CapField, readCap } from "./cap-field";

const OF_CAP = ["invalid_amount"];

/** Sets the monthly cap of everybody whose role in a team is member. */
export function CapForm({ team }: { team: Account }) {
  const { setCaps } = useTeam(team);
  const [isOpen, setIsOpen] = useState(false);
  const failure = errorOfForm(setCaps.error, OF_CAP);

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setCaps.mutate(readCap(new FormData(event.currentTarget)), {
      onSuccess: () => setIsOpen(false),
    });
  }

  return (
    <div className="credits:flex credits:max-w-md credits:flex-col credits:gap-4">
      <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-3">
        <Button
          aria-expanded={isOpen}
          onClick={() => {
            setCaps.reset();
            setIsOpen(!isOpen);
          }}
        >
          Cap all members
        </Button>
        {setCaps.isSuccess && (
          <Note tone="good" takesFocus>
            The cap is set.
          </Note>
        )}
      </div>
      {isOpen && (
        <form
          className="credits:flex credits:flex-col credits:gap-4"
          aria-label="Cap all members"
          onSubmit={save}
        >
          {failure ? <Failure error={failure} /> : null}
          <CapField cap={null} error={errorAt(setCaps.error, OF_CAP)} />
          <Button kind="primary" type="submit" isBusy={setCaps.isPending}>
            Set it for all members
          </Button>
        </form>
      )}
    </div>
  );
}
