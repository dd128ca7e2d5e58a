import { formatDay, inCredits } from "../format";
import { useGifts } from "../hooks/use-gifts";
import type { Gift } from "../services/gifts";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty, Failure, Note } from "../ui/notes";
import { State } from "../ui/state";
import { GIFT_STATES } from "../words";

/** The gifts that one was sent and has sent: to accept the ones, to cancel the others. */
export function GiftList() {
  const { gifts, accept, cancel } = useGifts();
  const error = accept.error ?? cancel.error;
  return (
    <Card title="Your gifts">
      <div className="credits:flex credits:flex-col credits:gap-4">
        {error && <Failure error={error} />}
        {accept.data && (
          <Note key={accept.data.id} tone="good" takesFocus>
            You have {inCredits(accept.data.amount)} more. Thank {giver(accept.data)}.
          </Note>
        )}
        {cancel.data && (
          <Note key={cancel.data.id} tone="good" takesFocus>
            The gift to {cancel.data.recipient_email} is cancelled: its credits are yours again.
          </Note>
        )}
        <Answer query={gifts} height="12rem">
          {(found) =>
            found.length === 0 ? (
              <Empty>No gifts yet: what you send and what you are sent is listed here.</Empty>
            ) : (
              <ul className="credits:flex credits:min-h-48 credits:flex-col credits:divide-y credits:divide-line">
                {found.map((gift) => (
                  <li
                    key={`${gift.id} ${gift.direction}`}
                    className="credits:flex credits:flex-wrap credits:items-start credits:justify-between credits:gap-3 credits:py-4 credits:first:pt-0 credits:last:pb-0"
                  >
                    <About gift={gift} />
                    {gift.state === "pending" && gift.direction === "received" && (
                      <Button
                        kind="primary"
                        aria-label={`Accept ${inCredits(gift.amount)} from ${giver(gift)}`}
                        isBusy={accept.isPending && accept.variables === gift.id}
                        onClick={() => accept.mutate(gift.id)}
                      >
                        Accept
                      </Button>
                    )}
                    {gift.state === "pending" && gift.direction === "sent" && (
                      <Button
                        aria-label={`Cancel the gift to ${gift.recipient_email}`}
                        isBusy={cancel.isPending && cancel.variables === gift.id}
                        onClick={() => cancel.mutate(gift.id)}
                      >
                        Cancel
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </div>
    </Card>
  );
}

function giver(gift: Gift): string {
  return gift.sender_email ?? "a deleted user";
}

function About({ gift }: { gift: Gift }) {
  return (
    <div className="credits:flex credits:min-w-0 credits:flex-1 credits:basis-56 credits:flex-col credits:gap-1 credits:text-sm">
      <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-2">
        <strong className="credits:font-medium credits:tabular-nums">
          {inCredits(gift.amount)}
        </strong>
        <State word={GIFT_STATES[gift.state]} />
      </div>
      <span className="credits:break-all">
        {gift.direction === "sent" ? `To ${gift.recipient_email}` : `From ${giver(gift)}`}
      </span>
      {gift.message && <q className="credits:wrap-anywhere">{gift.message}</q>}
      <span className="credits:text-muted">
        {formatDay(gift.created_at)}
        {gift.state === "pending" && `, waits until ${formatDay(gift.expires_at)}`}
        {gift.state !== "pending" && gift.ended_at && `, ended ${formatDay(gift.ended_at)}`}
      </span>
    </div>
  );
}
