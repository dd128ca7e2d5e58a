import { formatTime, inCredits } from "../../format";
import { isOpenDispute } from "../../open-dispute";
import type { Dispute } from "../../services/disputes";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { State } from "../../ui/state";
import { DISPUTE_REASONS, DISPUTE_STATUSES } from "../../words";
import { type AccountHref, AccountLink } from "./account-link";
import type { DisputeAct } from "./dispute-dialog";
import { Facts } from "./facts";

/** What `DisputeCard` takes. */
export interface DisputeCardProps {
  dispute: Dispute;
  accountHref: AccountHref;
  onAct: (act: DisputeAct) => void;
}

/** A dispute as an administrator sees it, with what can be done while it is open. */
export function DisputeCard({ dispute, accountHref, onAct }: DisputeCardProps) {
  const isOpen = isOpenDispute(dispute.status);
  return (
    <Card
      title={DISPUTE_REASONS[dispute.reason].label}
      action={<State word={DISPUTE_STATUSES[dispute.status]} />}
    >
      <div className="credits:flex credits:flex-col credits:gap-4">
        <p className="credits:text-sm credits:wrap-anywhere credits:whitespace-pre-wrap">
          {dispute.description}
        </p>
        <Facts
          facts={[
            ["Filed", formatTime(dispute.created_at)],
            [
              "Account",
              <AccountLink
                key="account"
                accountId={dispute.account_id}
                accountHref={accountHref}
              />,
            ],
            ["Charge", dispute.transaction_id],
            ["Asked for", `${inCredits(dispute.requested_refund)}`],
            ["Came back", isOpen ? null : `${inCredits(dispute.refunded)}`],
            ["Ended", dispute.resolved_at && formatTime(dispute.resolved_at)],
            ["Note", dispute.resolution],
          ]}
        />
        {isOpen && (
          <div className="credits:flex credits:flex-wrap credits:gap-2">
            {dispute.status === "pending" && (
              <Button onClick={() => onAct("review")}>Take under review</Button>
            )}
            <Button kind="primary" onClick={() => onAct("approved")}>
              Approve in full
            </Button>
            <Button onClick={() => onAct("partially_approved")}>Approve in part</Button>
            <Button kind="danger" onClick={() => onAct("rejected")}>
              Reject
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
