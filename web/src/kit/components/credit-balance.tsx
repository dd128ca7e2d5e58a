import { formatCredits, formatDay } from "../format";
import { useLiveBalance } from "../hooks/use-live-balance";
import { Answer } from "../ui/answer";
import { buttonLook } from "../ui/button";
import { Card } from "../ui/card";

/** What `CreditBalance` takes. */
export interface CreditBalanceProps {
  /** One line, for a header or a side bar. */
  compact?: boolean;
  /** Where credits are bought; without it there is no link. */
  buyHref?: string;
}

/** What the account holds, live. */
export function CreditBalance({ compact = false, buyHref }: CreditBalanceProps) {
  const query = useLiveBalance();
  if (compact) {
    return (
      <div className="credits:min-w-20 credits:truncate credits:text-right credits:text-sm">
        <Answer query={query} compact height="1.25rem">
          {(balance) => (
            <span aria-live="polite" aria-atomic="true">
              <strong className="credits:tabular-nums">{formatCredits(balance.available)}</strong>{" "}
              <span className="credits:text-muted">credits</span>
            </span>
          )}
        </Answer>
      </div>
    );
  }
  return (
    <Card
      title="Balance"
      action={
        buyHref && (
          <a className={buttonLook("primary")} href={buyHref}>
            Buy credits
          </a>
        )
      }
    >
      <Answer query={query} height="7.5rem">
        {(balance) => (
          <div className="credits:flex credits:min-h-30 credits:flex-col credits:gap-3">
            <p className="credits:m-0">
              <Large number={formatCredits(balance.available)} />{" "}
              <span className="credits:text-muted">credits available</span>
            </p>
            <dl className="credits:flex credits:flex-wrap credits:gap-x-6 credits:gap-y-1 credits:text-sm">
              <Figure name="Held" value={formatCredits(balance.held)} />
              <Figure name="Bought in all" value={formatCredits(balance.total_purchased)} />
              <Figure name="Used in all" value={formatCredits(balance.total_spent)} />
              {balance.debt > 0 && <Figure name="Owed" value={formatCredits(balance.debt)} />}
              {balance.expires_at && balance.expiring_credits && (
                <Figure
                  name={`Expire on ${formatDay(balance.expires_at)}`}
                  value={formatCredits(balance.expiring_credits)}
                />
              )}
            </dl>
          </div>
        )}
      </Answer>
    </Card>
  );
}

/** The more digits, the smaller: it stays on one line. */
function Large({ number }: { number: string }) {
  const size = number.length > 12 ? "credits:text-xl" : "credits:text-4xl";
  return (
    <strong className={`${size} credits:font-semibold credits:tabular-nums credits:wrap-anywhere`}>
      {number}
    </strong>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="credits:flex credits:gap-1.5">
      <dt className="credits:text-muted">{name}</dt>
      <dd className="credits:tabular-nums">{value}</dd>
    </div>
  );
}
