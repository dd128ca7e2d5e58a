/** Calls about disputed charges of credits. Errors: `CreditsError`. */
import type { AccountId, Caller, CreditsClient, Returns } from "../client";
import type { DisputeReason } from "../database";

/** A dispute; amounts in credits. */
export type Dispute = Returns<"get_credit_dispute">;

/** What is said against a charge. */
export interface Complaint {
  /** The charge. */
  transactionId: number;
  /** The account that was charged. */
  accountId: AccountId;
  reason: DisputeReason;
  /** 1 to 2000 characters. */
  description: string;
  /** Credits; without it all that has not come back yet. */
  requestedRefund?: number | null;
}

/** Disputed charges. */
export const disputesService = {
  /** The disputes of one's own accounts, the newest first. */
  listDisputes: (client: Caller): Promise<Dispute[]> => client.rpc("list_my_credit_disputes", {}),

  /** One dispute. */
  getDispute: (client: Caller, disputeId: string): Promise<Dispute> =>
    client.rpc("get_credit_dispute", { dispute_id: disputeId }),

  /** Disputes a charge of usage; the same again is answered with how it stands. */
  submitDispute: (client: CreditsClient, complaint: Complaint): Promise<Dispute> =>
    client.rpc("submit_credit_dispute", {
      transaction_id: complaint.transactionId,
      reason: complaint.reason,
      description: complaint.description,
      requested_refund: complaint.requestedRefund ?? null,
      account_id: complaint.accountId,
    }),

  /** Takes a dispute back that is not resolved yet. */
  withdrawDispute: (client: CreditsClient, disputeId: string): Promise<Dispute> =>
    client.rpc("withdraw_credit_dispute", { dispute_id: disputeId }),
};
