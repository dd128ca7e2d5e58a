import { useState } from "react";
import { formatCredits, formatDay, inCredits } from "../format";
import { useDisputes } from "../hooks/use-disputes";
import { useTeams } from "../hooks/use-teams";
import { isOpenDispute } from "../open-dispute";
import type { Dispute } from "../services/disputes";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Confirm } from "../ui/confirm";
import { Empty } from "../ui/notes";
import { State } from "../ui/state";
import { DISPUTE_REASONS, DISPUTE_STATUSES } from "../words";

/** What `DisputeList` takes. */
export interface DisputeListProps {
  /** Where the history is, from which charges are disputed. */
  historyHref?: string;
}

/** One's disputes: how each stands, what came back, and to withdraw one that is open. */
export function DisputeList({ historyHref }: DisputeListProps) {
  const { disputes, withdraw } = useDisputes();
  const [leaving, setLeaving] = useState<Dispute | null>(null);
  return (
    <Card title="Your disputes">
      <Answer query={disputes} height="16rem">
        {(found) =>
          found.length === 0 ? (
            <Empty>
              You have disputed nothing. A charge that was wrong is disputed in the{" "}
              {historyHref ? (
                <a className="credits:text-accent credits:underline" href={historyHref}>
                  history
                </a>
              ) : (
                "history"
              )}
              .
            </Empty>
          ) : (
            <ul className="credits:flex credits:flex-col credits:divide-y credits:divide-line">
              {found.map((dispute) => (
                <Item key={dispute.id} dispute={dispute} onWithdraw={() => setLeaving(dispute)} />
              ))}
            </ul>
          )
        }
      </Answer>
      {leaving && (
        <Confirm
          title="Withdraw the dispute?"
          action="Withdraw it"
          isBusy={withdraw.isPending}
          error={withdraw.error}
          onClose={() => {
            withdraw.reset();
            setLeaving(null);
          }}
          onConfirm={() => withdraw.mutate(leaving.id, { onSuccess: () => setLeaving(null) })}
        >
          Nobody will look at it any more. The charge can be disputed again.
        </Confirm>
      )}
    </Card>
  );
}

function Item({ dispute, onWithdraw }: { dispute: Dispute; onWithdraw: () => void }) {
  const { accounts } = useTeams();
  const team = accounts.data?.find((one) => one.account_id === dispute.account_id)?.name;
  const isOpen = isOpenDispute(dispute.status);
  return (
    <li className="credits:flex credits:flex-wrap credits:items-start credits:justify-between credits:gap-3 credits:py-4 credits:first:pt-0 credits:last:pb-0">
      <div className="credits:flex credits:min-w-0 credits:flex-1 credits:basis-64 credits:flex-col credits:gap-1 credits:text-sm">
        <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-2">
          <State word={DISPUTE_STATUSES[dispute.status]} />
          <strong className="credits:font-medium">{DISPUTE_REASONS[dispute.reason].label}</strong>
        </div>
        <p className="credits:wrap-anywhere">{dispute.description}</p>
        <p className="credits:text-muted">
          {formatDay(dispute.created_at)}
          {team && ` · ${team}`} · charge {dispute.transaction_id} · asked for{" "}
          {inCredits(dispute.requested_refund)}
          {dispute.refunded > 0 && ` · ${formatCredits(dispute.refunded)} came back`}
        </p>
        {dispute.resolution && (
          <p className="credits:wrap-anywhere credits:rounded-lg credits:bg-sunken credits:px-3 credits:py-2">
            <span className="credits:text-muted">Answer: </span>
            {dispute.resolution}
          </p>
        )}
      </div>
      {isOpen && (
        <Button
          aria-label={`Withdraw the dispute of charge ${dispute.transaction_id}`}
          onClick={onWithdraw}
        >
          Withdraw
        </Button>
      )}
    </li>
  );
}
