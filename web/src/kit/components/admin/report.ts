/** What an administrator is told when an act has been answered. */
import type { CreditAccountStatus } from "../../database";
import { formatCredits, inCredits } from "../../format";
import { isOpenDispute } from "../../open-dispute";
import type { Act } from "../../services/admin";
import type { Dispute } from "../../services/disputes";
import type { Tone } from "../../ui/notes";
import { ACCOUNT_STATUSES, DISPUTE_STATUSES } from "../../words";

/** A sentence, and whether it is good news. */
export interface Report {
  tone: Tone;
  text: string;
}

const WAITS =
  "Nothing has moved yet: this waits for a second administrator, who finds it among the waiting acts.";

/** Of an act with money. */
export function reportAct(act: Act): Report {
  if (act.state === "pending") {
    return { tone: "warn", text: WAITS };
  }
  if (act.state !== "done") {
    return { tone: "warn", text: `Nothing has moved: the act is ${act.state}.` };
  }
  return {
    tone: "good",
    text: `Done: ${inCredits(act.amount)}. The balance is ${formatCredits(act.balance)}, of which ${formatCredits(act.available)} are available.`,
  };
}

/** Of an account that was erased: pgcredits cannot delete what others keep. */
export function reportErasure(status: CreditAccountStatus): Report {
  const { tone, text } = reportStatus(status);
  const rest = "Now delete the user in Auth, whose address is shown until then, and at Stripe.";
  return { tone, text: `${text} ${rest}` };
}

/** Of an account that was paused or resumed. */
export function reportStatus({ status }: CreditAccountStatus): Report {
  return {
    tone: "good",
    text: `Done: the account is ${ACCOUNT_STATUSES[status].label.toLowerCase()}.`,
  };
}

/** Of a dispute that was taken under review. */
export function reportReview(dispute: Dispute): Report {
  return {
    tone: "good",
    text: `The dispute is ${DISPUTE_STATUSES[dispute.status].label.toLowerCase()}; its user is told.`,
  };
}

/** Of a dispute that was resolved: open still, it waits for a second administrator. */
export function reportResolution(dispute: Dispute): Report {
  if (isOpenDispute(dispute.status)) {
    return { tone: "warn", text: WAITS };
  }
  return {
    tone: "good",
    text: `${DISPUTE_STATUSES[dispute.status].label}: ${formatCredits(dispute.refunded)} of ${inCredits(dispute.requested_refund)} given back.`,
  };
}
