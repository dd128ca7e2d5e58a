import { formatCredits, inCredits } from "../format";
import { useAlerts } from "../hooks/use-alerts";
import { useCreditsClient } from "../provider";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { ManagersOnly } from "../ui/managers-only";
import { Save } from "../ui/save";

/** Below how many credits the owner is told by e-mail. */
export function AlertSettings() {
  const { accountId } = useCreditsClient();
  // Keyed by the account: what was typed for one is never saved for another.
  return <Settings key={accountId} />;
}

function Settings() {
  const { alerts, save } = useAlerts();
  return (
    <Card title="Low balance">
      <ManagersOnly height="10rem" otherwise="Only owners and admins of the team see and set this.">
        <Answer query={alerts} height="10rem">
          {(data) => (
            <form
              className="credits:flex credits:flex-col credits:gap-4"
              onSubmit={(event) => {
                event.preventDefault();
                const text = String(new FormData(event.currentTarget).get("low")).trim();
                save.mutate(text === "" ? null : Number(text));
              }}
            >
              <Field
                label="Tell me when fewer are left than"
                name="low"
                type="number"
                min={0}
                step="any"
                placeholder={formatCredits(data.default_low_balance)}
                defaultValue={data.low_balance ?? ""}
                help={`Left empty, ${inCredits(data.default_low_balance)}; 0 tells only when nothing is left.`}
              />
              <Save write={save} />
            </form>
          )}
        </Answer>
      </ManagersOnly>
    </Card>
  );
}
