import { CreditsError } from "../../errors";
import { errorAt } from "../../field-errors";
import { formatCredits } from "../../format";
import { Field } from "../../ui/field";

/** What `AmountField` takes. */
export interface AmountFieldProps {
  label?: string;
  help?: string;
  /** What stands in the field. */
  value: string;
  onChange: (value: string) => void;
  isOptional?: boolean;
  /** The most that it can be. */
  maximum?: number;
  /** Why the act was refused: it is said here where it is about the amount. */
  refusal?: unknown;
}

/** The refusals that are about an amount. */
export const AMOUNT_TOKENS = ["invalid_amount", "insufficient_credits", "refund_exceeds_paid"];

/** A field for credits: above 0, with at most nine decimal places. */
export function AmountField({ label = "Credits", isOptional = false, ...props }: AmountFieldProps) {
  return (
    <Field
      label={label}
      help={props.help}
      error={errorOf(props.refusal)}
      type="number"
      inputMode="decimal"
      min="0.000000001"
      step="any"
      max={props.maximum}
      required={!isOptional}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

/** What is wrong with the amount, as one says it who does not pay it. */
function errorOf(refusal: unknown): string | undefined {
  const available = refusal instanceof CreditsError ? refusal.details.available : undefined;
  return typeof available === "number"
    ? `No more than ${formatCredits(available)} are available.`
    : errorAt(refusal, AMOUNT_TOKENS);
}
