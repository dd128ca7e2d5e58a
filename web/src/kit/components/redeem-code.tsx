import { inCredits } from "../format";
import { useRedeemCode } from "../hooks/use-referral";
import { Card } from "../ui/card";
import { CodeForm } from "./code-form";

/** Turns a code into credits of the account that is meant. */
export function RedeemCode() {
  return (
    <Card title="Redeem a code">
      <CodeForm
        label="Code"
        action="Redeem"
        write={useRedeemCode()}
        thanks={(credits) => `${inCredits(credits)} added.`}
      />
    </Card>
  );
}
