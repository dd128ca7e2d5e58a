import { useState } from "react";
import { formatMoney, inWords } from "../format";
import { useCheckout } from "../hooks/use-checkout";
import { useQuote } from "../hooks/use-quote";
import type { Quote } from "../services/catalog";
import type { Purchase } from "../services/credits";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Failure, Note } from "../ui/notes";
import { QuoteLines } from "./quote-lines";

const WRONG_CODE = "promotion_code_invalid";
const PROBLEMS: Readonly<Record<string, string>> = {
  account_closed: "This account is closed, and buys nothing.",
  purchase_cap_reached: "This is more than the account may still pay in this month.",
};

/** What was chosen, at its price, with a promotion code or without; and the way to pay. */
export function PurchaseQuote({ chosen }: { chosen: Purchase }) {
  const [code, setCode] = useState("");
  const [applied, setApplied] = useState("");
  const wanted = applied ? { ...chosen, promotionCode: applied } : chosen;
  const query = useQuote(wanted);
  const { buy } = useCheckout();
  const quote = query.data;
  const isWrong = quote?.message === WRONG_CODE && !query.isPlaceholderData;
  const isTyped = code.trim() !== applied;
  const mayPay =
    !isTyped && quote !== undefined && (quote.ok || isWrong) && !query.isPlaceholderData;
  const [quoted, setQuoted] = useState(chosen);
  if (quoted !== chosen) {
    setQuoted(chosen);
    if (quote?.message === WRONG_CODE) {
      setApplied(""); // sent with another purchase it would count as wrong again
      setCode("");
    }
  }
  return (
    <div className="credits:flex credits:flex-col credits:gap-4" aria-busy={query.isFetching}>
      <Answer query={query} height="7rem">
        {(shown) => (
          <div className="credits:flex credits:min-h-28 credits:flex-col credits:gap-3">
            <QuoteLines quote={shown} />
            <Problem quote={shown} />
          </div>
        )}
      </Answer>
      <form
        className="credits:flex credits:items-start credits:gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setApplied(code.trim());
        }}
      >
        <div className="credits:grow">
          <Field
            label="Promotion code"
            autoComplete="off"
            maxLength={60}
            value={code}
            error={isWrong && !isTyped ? "This code is not valid for this purchase." : undefined}
            help={isTyped ? "Apply the code, or clear it, to pay." : undefined}
            onChange={(event) => {
              setCode(event.target.value);
              if (event.target.value.trim() === "") {
                setApplied("");
              }
            }}
          />
        </div>
        <Button type="submit" className="credits:mt-6" isBusy={query.isFetching}>
          Apply
        </Button>
      </form>
      {buy.error && <Failure error={buy.error} />}
      <Button
        kind="primary"
        isBusy={buy.isPending}
        disabled={!mayPay}
        onClick={() => buy.mutate(isWrong ? chosen : wanted)}
      >
        {quote?.total_cents == null
          ? "Pay"
          : `Pay ${formatMoney(quote.total_cents, quote.currency)}`}
      </Button>
      <p className="credits:text-xs credits:text-muted">
        You pay on the page of the payment provider.
      </p>
    </div>
  );
}

function Problem({ quote }: { quote: Quote }) {
  if (quote.ok || !quote.message || quote.message === WRONG_CODE) {
    return null;
  }
  return <Note tone="bad">{PROBLEMS[quote.message] ?? `${inWords(quote.message)}.`}</Note>;
}
