import type { ReactNode } from "react";
import { formatCredits, formatMoney, formatTime, inWords } from "../../format";
import { useSystemSummary } from "../../hooks/admin/use-figures";
import type { SystemSummary } from "../../services/admin-figures";
import { Card } from "../../ui/card";
import { Badge, Failure, Loading } from "../../ui/notes";
import { ACCOUNT_STATUSES, type Word } from "../../words";
import { Facts } from "./facts";
import { formatPercent } from "./percent";

/** What `FigureCards` takes: where disputes and acts are worked on. */
export interface FigureCardsProps {
  disputesHref: string;
  actsHref: string;
}

/** The whole system in figures: what waits, this month, what is owed, how it is spread. */
export function FigureCards(props: FigureCardsProps) {
  const { data: summary, error, refetch } = useSystemSummary();
  if (error && !summary) {
    return <Failure error={error} onRetry={() => void refetch()} />;
  }
  return (
    <div className="credits:grid credits:gap-4 credits:md:grid-cols-2">
      <Card title="What waits">
        {summary ? <Waiting summary={summary} {...props} /> : <Loading height="15.5rem" />}
      </Card>
      <Card title="This month">
        {summary ? <Month summary={summary} /> : <Loading height="10.25rem" />}
      </Card>
      <Card title="Credits of all accounts">
        {summary ? <Credits summary={summary} /> : <Loading height="17rem" />}
      </Card>
      <Card title="Accounts">
        {summary ? <Accounts summary={summary} /> : <Loading height="20rem" />}
      </Card>
    </div>
  );
}

interface Part {
  summary: SystemSummary;
}

function Waiting({ summary, disputesHref, actsHref }: Part & FigureCardsProps) {
  const { waiting, health } = summary;
  const violations = health.integrity?.violations ?? 0;
  return (
    <>
      <ul className="credits:flex credits:flex-col credits:text-sm">
        <Count count={waiting.disputes} name="Disputes" href={disputesHref} />
        <Count count={waiting.acts} name="Acts for a second administrator" href={actsHref} />
        <Count count={waiting.stripe_events} name="Stripe events that failed" />
        <Count count={waiting.dead_notices} name="Notices that could not be sent" />
        <Count count={violations} name="Violations of the books" />
      </ul>
      <p className="credits:mt-3 credits:text-xs credits:text-muted">
        {health.integrity
          ? `The books were checked on ${formatTime(health.integrity.at)}.`
          : "The daily job has not checked the books yet."}
      </p>
    </>
  );
}

function Count({ count, name, href }: { count: number; name: string; href?: string }) {
  return (
    <li className="credits:flex credits:min-h-11 credits:items-center credits:justify-between credits:gap-3 credits:border-b credits:border-line credits:last:border-0">
      {href ? (
        <a href={href} className="credits:text-accent credits:underline credits:underline-offset-2">
          {name}
        </a>
      ) : (
        <span>{name}</span>
      )}
      <Badge tone={count > 0 ? "warn" : "good"}>{formatCredits(count)}</Badge>
    </li>
  );
}

function Month({ summary: { month, health } }: Part) {
  const counted = health.jobs.maintenance?.last_at;
  const paid = Object.entries(month.gross_cents).map(([currency, cents]) =>
    formatMoney(cents, currency),
  );
  return (
    <>
      <p className="credits:mb-4 credits:text-sm credits:text-muted">
        <Large>{paid.join(" + ") || "Nothing"}</Large> paid
      </p>
      <Facts
        facts={[
          ["Credits used", formatCredits(month.spent)],
          ["Credits refunded", formatCredits(month.refunded)],
          ["Calls", formatCredits(month.calls)],
          ["Accounts with use", formatCredits(month.active_accounts)],
        ]}
      />
      <p className="credits:mt-3 credits:text-xs credits:text-muted">
        {counted ? `Use is counted up to ${formatTime(counted)}.` : "No job has counted use yet."}
      </p>
    </>
  );
}

function Credits({ summary: { credits, credits_by_source } }: Part) {
  return (
    <>
      <p className="credits:mb-4 credits:text-sm credits:text-muted">
        <Large>{formatCredits(credits.balance)}</Large> credits
      </p>
      <div className="credits:flex credits:flex-col credits:gap-4">
        <Facts
          facts={[
            ["Available", formatCredits(credits.available)],
            ["Held", formatCredits(credits.held)],
            ["Owed by accounts", formatCredits(credits.debt)],
          ]}
        />
        <h3 className="credits:text-sm credits:font-medium">Left, by where they came from</h3>
        <Facts
          facts={Object.entries(credits_by_source)
            .sort(([, a], [, b]) => b - a)
            .map(([source, left]) => [inWords(source), formatCredits(left)])}
        />
      </div>
    </>
  );
}

function Accounts({ summary: { accounts, distribution } }: Part) {
  const figure = (value: number | null) => (value === null ? null : formatCredits(value));
  return (
    <>
      <p className="credits:mb-4 credits:text-sm credits:text-muted">
        <Large>{formatCredits(Object.values(accounts).reduce((all, one) => all + one, 0))}</Large>{" "}
        accounts
      </p>
      <div className="credits:flex credits:flex-col credits:gap-4">
        <Facts
          facts={Object.entries<Word>(ACCOUNT_STATUSES).map(([status, word]) => [
            word.label,
            formatCredits(accounts[status] ?? 0),
          ])}
        />
        <h3 className="credits:text-sm credits:font-medium">Balances above 0</h3>
        <Facts
          facts={[
            ["Accounts", formatCredits(distribution.accounts)],
            ["Median", figure(distribution.median)],
            ["Average", figure(distribution.average)],
            ["9 of 10 have at most", figure(distribution.p90)],
            ["Largest", figure(distribution.largest)],
            [
              "Share of the top 1 %",
              distribution.top_percent_share === null
                ? null
                : formatPercent(distribution.top_percent_share),
            ],
          ]}
        />
      </div>
    </>
  );
}

function Large({ children }: { children: ReactNode }) {
  return (
    <strong className="credits:text-3xl credits:font-semibold credits:text-ink credits:tabular-nums credits:wrap-anywhere">
      {children}
    </strong>
  );
}
