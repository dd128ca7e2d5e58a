import type { FormEvent } from "react";
import { CreditsError, explain } from "../errors";
import { errorAt, errorOfForm } from "../field-errors";
import { inCredits } from "../format";
import { useGifts } from "../hooks/use-gifts";
import { useIntentKey } from "../hooks/use-intent-key";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field, TextField } from "../ui/field";
import { Failure, Note } from "../ui/notes";

const OF_EMAIL = ["invalid_email", "email_too_long", "gift_to_self"];
const OF_AMOUNT = ["invalid_amount", "insufficient_credits"];
const OF_MESSAGE = ["message_too_long"];

/** Sends credits that were bought to somebody, by e-mail, from the personal account. */
export function GiftForm() {
  const { send } = useGifts();
  const key = useIntentKey("gift");
  const failure = errorOfForm(send.error, OF_EMAIL, OF_AMOUNT, OF_MESSAGE);

  function give(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const gift = {
      recipientEmail: String(data.get("email")).trim(),
      amount: Number(data.get("amount")),
      message: String(data.get("message")).trim() || null,
    };
    send.mutate(
      { ...gift, key: key.of(gift) },
      {
        onSuccess: () => {
          key.done(gift);
          form.reset();
        },
      },
    );
  }

  return (
    <Card title="Give credits">
      <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={give}>
        {failure ? <Failure error={failure} /> : null}
        {send.data && (
          <Note tone="good">
            {inCredits(send.data.amount)} sent to {send.data.recipient_email}.
          </Note>
        )}
        <Field
          label="Friend's e-mail"
          name="email"
          type="email"
          autoComplete="off"
          required
          error={errorAt(send.error, OF_EMAIL)}
        />
        <Field
          label="Credits"
          name="amount"
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          required
          help="Bought credits can be given, free ones cannot."
          error={errorOfAmount(send.error)}
        />
        <TextField
          label="Message (optional)"
          name="message"
          rows={3}
          maxLength={500}
          error={errorAt(send.error, OF_MESSAGE)}
        />
        <div>
          <Button kind="primary" type="submit" isBusy={send.isPending}>
            Send the gift
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** What can be given is less than what is there: only of that the refusal speaks. */
function errorOfAmount(error: unknown): string | undefined {
  if (error instanceof CreditsError && error.token === "insufficient_credits") {
    const { available } = error.details;
    return typeof available === "number"
      ? `You can give ${inCredits(available)} at most: those that you bought.`
      : explain(error);
  }
  return errorAt(error, OF_AMOUNT);
}
