import { type FormEvent, useState } from "react";
import type { DisputeReason } from "../database";
import { errorAt, errorOfForm } from "../field-errors";
import { formatCredits, formatTime, inCredits } from "../format";
import { useDisputes } from "../hooks/use-disputes";
import type { Transaction } from "../services/credits";
import type { Dispute } from "../services/disputes";
import { namesOf } from "../transaction-names";
import { Button } from "../ui/button";
import { Field, Select, TextField } from "../ui/field";
import { Failure } from "../ui/notes";
import { DISPUTE_REASONS } from "../words";

const OF_REASON = ["invalid_reason"];
const OF_DESCRIPTION = ["description_required", "description_too_long"];
const OF_REFUND = ["invalid_amount", "refund_exceeds_paid"];

/** What `DisputeForm` takes. */
export interface DisputeFormProps {
  /** A transaction of type `usage`. */
  charge: Transaction;
  onDone: (dispute: Dispute) => void;
  onCancel: () => void;
}

/** Says what was wrong with a charge, and how many credits should come back. */
export function DisputeForm({ charge, onDone, onCancel }: DisputeFormProps) {
  const { submit } = useDisputes();
  const charged = -charge.amount;
  const [refund, setRefund] = useState(String(charged));
  const isTooMuch = Number(refund) > charged;

  function file(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isTooMuch) {
      return;
    }
    const form = new FormData(event.currentTarget);
    const complaint = {
      transactionId: charge.id,
      accountId: charge.account_id,
      reason: String(form.get("reason")) as DisputeReason,
      description: String(form.get("description")).trim(),
      requestedRefund: Number(refund),
    };
    submit.mutate(complaint, { onSuccess: onDone });
  }

  return (
    <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={file}>
      <p className="credits:text-sm credits:text-muted">
        {namesOf(charge).at(-1)}, {formatTime(charge.created_at)}: {inCredits(charged)}
      </p>
      <Failed error={submit.error} />
      <Select
        label="What was wrong?"
        name="reason"
        required
        defaultValue=""
        error={errorAt(submit.error, OF_REASON)}
      >
        <option value="" disabled>
          Choose a reason
        </option>
        {Object.entries(DISPUTE_REASONS).map(([reason, { label }]) => (
          <option key={reason} value={reason}>
            {label}
          </option>
        ))}
      </Select>
      <TextField
        label="What happened?"
        name="description"
        required
        maxLength={2000}
        help="At most 2,000 characters. An administrator reads it."
        error={errorAt(submit.error, OF_DESCRIPTION)}
      />
      <Field
        label="Credits to give back"
        type="number"
        inputMode="decimal"
        step="any"
        required
        value={refund}
        onChange={(event) => setRefund(event.target.value)}
        help={`At most the ${formatCredits(charged)} that were charged.`}
        error={
          isTooMuch
            ? `No more than ${inCredits(charged)} can come back.`
            : errorAt(submit.error, OF_REFUND)
        }
      />
      <div className="credits:flex credits:flex-wrap credits:justify-end credits:gap-3">
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" isBusy={submit.isPending}>
          File the dispute
        </Button>
      </div>
    </form>
  );
}

function Failed({ error }: { error: unknown }) {
  const left = errorOfForm(error, OF_REASON, OF_DESCRIPTION, OF_REFUND);
  return left ? <Failure error={left} /> : null;
}
