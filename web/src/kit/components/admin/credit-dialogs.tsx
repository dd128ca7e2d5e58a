import { useState } from "react";
import type { CreditAdminAccount } from "../../database";
import { errorAt } from "../../field-errors";
import { formatCredits, inCredits, inWords } from "../../format";
import { adminService } from "../../services/admin";
import type { Transaction } from "../../services/credits";
import { Field, Select } from "../../ui/field";
import { ActDialog } from "./act-dialog";
import { AMOUNT_TOKENS, AmountField } from "./amount-field";
import { reportAct } from "./report";

/** What is said at a reason that the customer reads. */
export const HISTORY_HELP = "3 to 500 characters. The customer reads it in the history.";
const EXPIRY_TOKENS = ["invalid_expiry"];
const SOURCES = ["bonus", "adjustment", "promotion", "referral", "purchase", "opening"];

/** Asks how many credits to add, for how long, and why. */
export function AddCredits({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const [amount, setAmount] = useState("");
  const [source, setSource] = useState("bonus");
  const [day, setDay] = useState("");
  const terms = {
    amount: Number(amount),
    source,
    expires_at: day ? new Date(`${day}T23:59:59`).toISOString() : null,
  };
  return (
    <ActDialog
      title="Add credits"
      confirm="Add"
      reasonHelp={HISTORY_HELP}
      contents={{ account_id: accountId, ...terms }}
      act={(client, reason, key) =>
        adminService.addCredits(client, { account_id: accountId, reason, key, ...terms })
      }
      report={reportAct}
      onClose={onClose}
      fieldTokens={[...AMOUNT_TOKENS, ...EXPIRY_TOKENS]}
      fields={(refusal) => (
        <>
          <AmountField value={amount} onChange={setAmount} refusal={refusal} />
          <Select label="Source" value={source} onChange={(event) => setSource(event.target.value)}>
            {SOURCES.map((name) => (
              <option key={name} value={name}>
                {inWords(name)}
              </option>
            ))}
          </Select>
          <Field
            label="Expire after (optional)"
            help="Without a day they never expire."
            type="date"
            error={errorAt(refusal, EXPIRY_TOKENS)}
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        </>
      )}
    />
  );
}

/** What `RemoveCredits` takes. */
export interface RemoveCreditsProps {
  account: CreditAdminAccount;
  onClose: () => void;
}

/** Asks how many of the credits that are available to remove, and why. */
export function RemoveCredits({ account, onClose }: RemoveCreditsProps) {
  const [amount, setAmount] = useState("");
  return (
    <ActDialog
      title="Remove credits"
      about="They are taken in the order in which they would be spent. What is held stays."
      confirm="Remove"
      isDanger
      reasonHelp={HISTORY_HELP}
      contents={{ account_id: account.account_id, amount }}
      act={(client, reason, key) =>
        adminService.removeCredits(client, {
          account_id: account.account_id,
          amount: Number(amount),
          reason,
          key,
        })
      }
      report={reportAct}
      onClose={onClose}
      fieldTokens={AMOUNT_TOKENS}
      fields={(refusal) => (
        <AmountField
          value={amount}
          onChange={setAmount}
          refusal={refusal}
          help={`${formatCredits(account.available)} are available.`}
        />
      )}
    />
  );
}

/** What `RefundCharge` takes. */
export interface RefundChargeProps {
  transaction: Transaction;
  onClose: () => void;
}

/** Asks how much of a charge to give back, and why. */
export function RefundCharge({ transaction, onClose }: RefundChargeProps) {
  const [amount, setAmount] = useState("");
  return (
    <ActDialog
      title={`Refund charge ${transaction.id}`}
      about={`The charge${transaction.service ? ` for ${transaction.service}` : ""} was ${inCredits(-transaction.amount)}.`}
      confirm="Refund"
      reasonHelp={HISTORY_HELP}
      contents={{ account_id: transaction.account_id, amount }}
      act={(client, reason, key) =>
        adminService.refundTransaction(client, {
          account_id: transaction.account_id,
          transaction_id: transaction.id,
          amount: amount ? Number(amount) : null,
          reason,
          key,
        })
      }
      report={reportAct}
      onClose={onClose}
      fieldTokens={AMOUNT_TOKENS}
      fields={(refusal) => (
        <AmountField
          label="Credits (optional)"
          refusal={refusal}
          help="Without an amount, all that has not come back yet."
          isOptional
          value={amount}
          onChange={setAmount}
          maximum={-transaction.amount}
        />
      )}
    />
  );
}
