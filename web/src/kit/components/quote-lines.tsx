import { formatCredits, formatMoney, inCredits } from "../format";
import type { Quote } from "../services/catalog";

/** What a purchase costs, line by line, and what it brings. */
export function QuoteLines({ quote }: { quote: Quote }) {
  const { lines, total_cents, currency, credits, bonus_credits } = quote;
  return (
    <div className="credits:flex credits:flex-col credits:gap-3 credits:text-sm">
      <dl className="credits:flex credits:flex-col credits:gap-2">
        {lines.map((line) => (
          <div
            key={`${line.kind} ${line.label}`}
            className="credits:flex credits:justify-between credits:gap-4"
          >
            <dt>{line.label}</dt>
            <dd className="credits:tabular-nums credits:whitespace-nowrap">
              {formatMoney(line.amount_cents, currency)}
            </dd>
          </div>
        ))}
        {total_cents !== null && (
          <div className="credits:flex credits:justify-between credits:gap-4 credits:border-t credits:border-line credits:pt-2 credits:font-semibold">
            <dt>Total</dt>
            <dd className="credits:tabular-nums credits:whitespace-nowrap">
              {formatMoney(total_cents, currency)}
            </dd>
          </div>
        )}
      </dl>
      <p className="credits:text-muted">
        You get {inCredits(credits + bonus_credits)}
        {bonus_credits > 0 && `, ${formatCredits(bonus_credits)} of them as a bonus`}.
      </p>
    </div>
  );
}
