import { useState } from "react";
import type { DisputeOutcome } from "../../database";
import { formatCredits, inCredits } from "../../format";
import { adminService } from "../../services/admin";
import type { Dispute } from "../../services/disputes";
import { ActDialog } from "./act-dialog";
import { AMOUNT_TOKENS, AmountField } from "./amount-field";
import { reportResolution, reportReview } from "./report";

/** What can be done about an open dispute. */
export type DisputeAct = "review" | DisputeOutcome;

const TITLES: Record<DisputeAct, string> = {
  review: "Take under review",
  approved: "Approve in full",
  partially_approved: "Approve in part",
  rejected: "Reject",
};

/** What `DisputeDialog` takes. */
export interface DisputeDialogProps {
  dispute: Dispute;
  act: DisputeAct;
  onClose: () => void;
}

/** Asks for the note with which a dispute is reviewed or resolved, and for the part that comes back. */
export function DisputeDialog({ dispute, act, onClose }: DisputeDialogProps) {
  const [refund, setRefund] = useState("");
  const common = { title: TITLES[act], confirm: TITLES[act], onClose };
  if (act === "review") {
    return (
      <ActDialog
        {...common}
        about="It leaves the queue, and its user is told that somebody is at it."
        isReasonOptional
        reasonHelp="For the audit."
        act={(client, note) =>
          adminService.reviewDispute(client, { dispute_id: dispute.id, note: note || null })
        }
        report={reportReview}
      />
    );
  }
  return (
    <ActDialog
      {...common}
      isDanger={act === "rejected"}
      about={
        act === "rejected"
          ? "Nothing comes back."
          : act === "approved" &&
            `Gives back ${inCredits(dispute.requested_refund)}, as far as the charge has that left.`
      }
      reasonHelp="3 to 500 characters. The user reads it."
      act={(client, note) =>
        adminService.resolveDispute(client, {
          dispute_id: dispute.id,
          outcome: act,
          note,
          refund: act === "partially_approved" ? Number(refund) : null,
        })
      }
      report={reportResolution}
      fieldTokens={act === "partially_approved" ? AMOUNT_TOKENS : []}
      fields={(refusal) =>
        act === "partially_approved" && (
          <AmountField
            refusal={refusal}
            label="Credits that come back"
            help={`${formatCredits(dispute.requested_refund)} were asked for.`}
            value={refund}
            onChange={setRefund}
          />
        )
      }
    />
  );
}
