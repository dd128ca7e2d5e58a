import { useState } from "react";
import type { DisputeStatus } from "../../database";
import { useDisputeQueue, usePendingActs } from "../../hooks/admin/use-work";
import type { Dispute } from "../../services/disputes";
import { Answer } from "../../ui/answer";
import { Button } from "../../ui/button";
import { Empty, Note } from "../../ui/notes";
import { DISPUTE_STATUSES, type Word } from "../../words";
import type { AccountHref } from "./account-link";
import { DisputeCard } from "./dispute-card";
import { type DisputeAct, DisputeDialog } from "./dispute-dialog";
import { More } from "./more";

const TABS: readonly (readonly [DisputeStatus | null, string])[] = [
  ...Object.entries<Word>(DISPUTE_STATUSES).map(
    ([status, word]) => [status as DisputeStatus, word.label] as const,
  ),
  [null, "All"],
];

/** What `DisputeQueue` takes. */
export interface DisputeQueueProps {
  accountHref: AccountHref;
  /** Where the acts are that wait for a second administrator. */
  actsHref: string;
}

/** The disputes of charges by status, the longest waiting first, and what can be done about each. */
export function DisputeQueue({ accountHref, actsHref }: DisputeQueueProps) {
  const [status, setStatus] = useState<DisputeStatus | null>("pending");
  const [chosen, setChosen] = useState<{ dispute: Dispute; act: DisputeAct } | null>(null);
  const pages = useDisputeQueue(status);
  const acts = usePendingActs();
  const waiting = acts.data?.filter((act) => act.act === "resolve_dispute") ?? [];
  return (
    <div className="credits:flex credits:flex-col credits:gap-4">
      <fieldset className="credits:flex credits:flex-wrap credits:gap-2">
        <legend className="credits:sr-only">Status of the disputes</legend>
        {TABS.map(([code, label]) => (
          <Button
            key={label}
            kind={code === status ? "primary" : "secondary"}
            aria-pressed={code === status}
            onClick={() => setStatus(code)}
          >
            {label}
          </Button>
        ))}
      </fieldset>
      {waiting.length > 0 && (
        <Note tone="warn">
          <span>
            {waiting.length === 1 ? "One refund waits" : `${waiting.length} refunds wait`} for a
            second administrator: until then these disputes stay under review.{" "}
            <a href={actsHref} className="credits:underline">
              Waiting acts
            </a>
          </span>
        </Note>
      )}
      <Answer query={pages} height="24rem">
        {(disputes) =>
          disputes.length === 0 ? (
            <Empty>
              {status === "pending"
                ? "No dispute waits: nothing to do."
                : "There is no such dispute."}
            </Empty>
          ) : (
            <ul className="credits:flex credits:flex-col credits:gap-4">
              {disputes.map((dispute) => (
                <li key={dispute.id}>
                  <DisputeCard
                    dispute={dispute}
                    accountHref={accountHref}
                    onAct={(act) => setChosen({ dispute, act })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <More pages={pages} />
      {chosen && <DisputeDialog {...chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}
