import { formatMoney, formatTime } from "../format";
import { useAutoTopup } from "../hooks/use-auto-topup";
import { usePackages } from "../hooks/use-catalog";
import { useCreditsClient } from "../provider";
import type { AutoTopup } from "../services/billing";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { ManagersOnly } from "../ui/managers-only";
import { Empty, Note } from "../ui/notes";
import { State } from "../ui/state";
import { TOPUP_STATUSES } from "../words";
import { TopupForm } from "./topup-form";

const REASONS: Readonly<Record<string, string>> = {
  declined: "The card was declined.",
  requires_action: "The bank asks for a confirmation: buy a pack once yourself.",
  no_payment_method: "There is no saved card: switch this on, then buy a pack once.",
  no_customer: "There is no saved card: switch this on, then buy a pack once.",
  package_not_sold: "The pack is not sold any more: choose another one.",
  monthly_limit: "The limit of the month is reached.",
};

/** The automatic top-up: whether a pack is bought when credits run low, which, and how often. */
export function AutoTopupSettings() {
  const { accountId } = useCreditsClient();
  // Keyed by the account: what was typed for one is never saved for another.
  return <Settings key={accountId} />;
}

function Settings() {
  const { topup, save } = useAutoTopup();
  const packages = usePackages();
  return (
    <Card
      title="Automatic top-up"
      action={topup.data && <State word={TOPUP_STATUSES[topup.data.status]} />}
    >
      <ManagersOnly height="14rem" otherwise="Only owners and admins of the team see and set this.">
        <Answer query={packages} height="14rem">
          {(packs) =>
            packs.length === 0 ? (
              <Empty>A top-up buys a pack, and none is on sale.</Empty>
            ) : (
              <Answer query={topup} height="14rem">
                {(data) => (
                  <div className="credits:flex credits:flex-col credits:gap-4">
                    <Pause topup={data} />
                    <TopupForm topup={data} packs={packs} save={save} />
                    <p className="credits:text-xs credits:text-muted">
                      {formatMoney(data.spent_cents, data.currency)} spent by top-ups this month. A
                      checkout saves the card once this is on.
                    </p>
                  </div>
                )}
              </Answer>
            )
          }
        </Answer>
      </ManagersOnly>
    </Card>
  );
}

function Pause({ topup }: { topup: AutoTopup }) {
  if (topup.status !== "paused") {
    return null;
  }
  const reason = REASONS[topup.paused_reason ?? ""] ?? "It is paused.";
  return (
    <Note tone="warn">
      {topup.paused_until_at
        ? `${reason} It goes on at ${formatTime(topup.paused_until_at)}.`
        : `${reason} Save these settings again to go on.`}
    </Note>
  );
}
