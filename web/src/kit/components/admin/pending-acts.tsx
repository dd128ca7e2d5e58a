import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { formatCredits, formatTime, inCredits } from "../../format";
import { useAdminWrite } from "../../hooks/admin/use-admin-write";
import { usePendingActs } from "../../hooks/admin/use-work";
import { type Act, adminService } from "../../services/admin";
import { Answer } from "../../ui/answer";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Confirm } from "../../ui/confirm";
import { Empty, Note } from "../../ui/notes";
import { ACT_KINDS } from "../../words";
import { type AccountHref, AccountLink, Actor } from "./account-link";
import { ActDialog } from "./act-dialog";
import { Facts } from "./facts";
import { reportAct } from "./report";

/** What `PendingActs` takes. */
export interface PendingActsProps {
  /** The signed-in administrator, whose own acts another one approves. */
  userId: string;
  accountHref: AccountHref;
}

/** The acts that wait for a second administrator, the oldest first, to approve or to decline. */
export function PendingActs({ userId, accountHref }: PendingActsProps) {
  const acts = usePendingActs();
  const [declined, setDeclined] = useState<Act | null>(null);
  const [approved, setApproved] = useState<Act | null>(null);
  const approval = useAdminWrite(adminService.approveAct);
  return (
    <div className="credits:flex credits:flex-col credits:gap-4">
      {approval.isSuccess && (
        <Note tone={reportAct(approval.data).tone} takesFocus>
          {reportAct(approval.data).text}
        </Note>
      )}
      <Answer query={acts} height="20rem">
        {(waiting) =>
          waiting.length === 0 ? (
            <Empty>No act waits for a second administrator.</Empty>
          ) : (
            <ul className="credits:flex credits:flex-col credits:gap-4">
              {waiting.map((act) => (
                <li key={act.act_id}>
                  <PendingAct
                    act={act}
                    isOwn={act.requested_by === `user:${userId}`}
                    accountHref={accountHref}
                    onApprove={() => {
                      approval.reset();
                      setApproved(act);
                    }}
                    onDecline={() => setDeclined(act)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {approved && (
        <ApproveDialog act={approved} approval={approval} onClose={() => setApproved(null)} />
      )}
      {declined?.act_id && (
        <DeclineDialog actId={declined.act_id} onClose={() => setDeclined(null)} />
      )}
    </div>
  );
}

interface PendingActProps {
  act: Act;
  isOwn: boolean;
  accountHref: AccountHref;
  onApprove: () => void;
  onDecline: () => void;
}

function PendingAct({ act, isOwn, accountHref, onApprove, onDecline }: PendingActProps) {
  return (
    <Card title={`${ACT_KINDS[act.act].label}: ${formatCredits(act.amount)}`}>
      <div className="credits:flex credits:flex-col credits:gap-4">
        <p className="credits:text-sm credits:wrap-anywhere">{act.reason}</p>
        <Facts
          facts={[
            [
              "Account",
              <AccountLink key="account" accountId={act.account_id} accountHref={accountHref} />,
            ],
            ["Available there", formatCredits(act.available)],
            ["Charge", act.transaction_id],
            [
              "Asked by",
              isOwn ? (
                "you"
              ) : (
                <Actor key="actor" actor={act.requested_by} accountHref={accountHref} />
              ),
            ],
            ["Asked", formatTime(act.requested_at)],
          ]}
        />
        {isOwn && (
          <p className="credits:text-sm credits:text-muted">
            You have asked for it yourself: another administrator has to approve it.
          </p>
        )}
        <div className="credits:flex credits:flex-wrap credits:gap-2">
          {!isOwn && (
            <Button kind="primary" onClick={onApprove}>
              Approve
            </Button>
          )}
          <Button kind="danger" onClick={onDecline}>
            Decline
          </Button>
        </div>
      </div>
    </Card>
  );
}

interface ApproveDialogProps {
  act: Act;
  approval: UseMutationResult<Act, Error, string>;
  onClose: () => void;
}

function ApproveDialog({ act, approval, onClose }: ApproveDialogProps) {
  const { act_id, account_id } = act;
  return (
    <Confirm
      title={`Approve: ${ACT_KINDS[act.act].label}`}
      action="Approve it"
      isBusy={approval.isPending}
      error={approval.error}
      onConfirm={() => act_id && approval.mutate(act_id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {inCredits(act.amount)} will move at once, on the account{" "}
      <code className="credits:break-all">{account_id}</code>.
    </Confirm>
  );
}

function DeclineDialog({ actId, onClose }: { actId: string; onClose: () => void }) {
  return (
    <ActDialog
      title="Decline the act"
      about="It is not done. Whoever wants it after all asks for it anew."
      confirm="Decline"
      isDanger
      act={(client, reason) => adminService.declineAct(client, { act_id: actId, reason })}
      report={() => ({ tone: "good", text: "Declined: nothing has moved." })}
      onClose={onClose}
    />
  );
}
