import { useState } from "react";
import type { CreditTopAccount as TopAccount } from "../../database";
import { formatCredits, formatMoney } from "../../format";
import {
  useDisputeStatistics,
  useMargin,
  useTopAccounts,
  useUsageByService,
} from "../../hooks/admin/use-figures";
import { Answer } from "../../ui/answer";
import { Card } from "../../ui/card";
import { Choice } from "../../ui/choice";
import { Table } from "../../ui/table";
import { Together } from "../../ui/together";
import { bucketStart } from "../usage-series";
import { type AccountHref, AccountLink } from "./account-link";
import { DisputeFigures } from "./dispute-figures";
import { formatPercent } from "./percent";

const TIMES = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "A year"],
] as const;
const NOTHING = "Nothing was used in this time.";

/** Usage, margin, the largest users and disputes of a time that is chosen for all of them. */
export function PeriodReports({ accountHref }: { accountHref: AccountHref }) {
  const [days, setDays] = useState<number>(30);
  const since = bucketStart("day", new Date(), days - 1);
  const reports = [
    useUsageByService(since),
    useTopAccounts(since),
    useMargin(since),
    useDisputeStatistics(since),
  ];
  return (
    <div className="credits:flex credits:flex-col credits:gap-4">
      <div className="credits:flex credits:flex-wrap credits:items-center credits:justify-between credits:gap-2">
        <h2 className="credits:text-lg credits:font-semibold">In the last</h2>
        <Choice label="The time of the reports" choices={TIMES} value={days} onChoose={setDays} />
      </div>
      <Together queries={reports} height="40rem">
        <div className="credits:grid credits:gap-4 credits:lg:grid-cols-2">
          <UsageByService since={since} />
          <TopAccounts since={since} accountHref={accountHref} />
        </div>
        <MarginByService since={since} />
        <DisputeFigures since={since} accountHref={accountHref} />
      </Together>
    </div>
  );
}

/** What all accounts used since a day (ISO 8601), by service. */
export function UsageByService({ since }: { since: string }) {
  return (
    <Card title="Usage by service" className="credits:min-w-0">
      <Answer query={useUsageByService(since)} height="9rem">
        {(rows) => (
          <Table
            caption="Usage by service, the most credits first"
            rows={rows}
            rowKey={(row) => row.service ?? ""}
            empty={NOTHING}
            columns={[
              { heading: "Service", cell: (row) => row.service ?? "unnamed" },
              { heading: "Calls", isNumber: true, cell: (row) => formatCredits(row.calls) },
              { heading: "Credits", isNumber: true, cell: (row) => formatCredits(row.credits) },
              { heading: "Refunded", isNumber: true, cell: (row) => formatCredits(row.refunded) },
              { heading: "Share", isNumber: true, cell: (row) => formatPercent(row.share_percent) },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

/** What the charges of each service earned and cost since a day. */
export function MarginByService({ since }: { since: string }) {
  return (
    <Card title="Margin by service">
      <Answer query={useMargin(since)} height="9rem">
        {(rows) => (
          <Table
            caption="Margin by service and currency"
            rows={rows}
            rowKey={(row) => `${row.service}/${row.currency}`}
            empty={NOTHING}
            columns={[
              { heading: "Service", cell: (row) => row.service ?? "unnamed" },
              { heading: "Calls", isNumber: true, cell: (row) => formatCredits(row.calls) },
              { heading: "Credits", isNumber: true, cell: (row) => formatCredits(row.credits) },
              {
                heading: "Of them free",
                isNumber: true,
                cell: (row) => formatCredits(row.free_credits),
              },
              {
                heading: "Earned",
                isNumber: true,
                cell: (row) => moneyOf(row.earned_cents, row.currency),
              },
              {
                heading: "Cost",
                isNumber: true,
                cell: (row) => moneyOf(row.provider_cost_cents, row.currency),
              },
              {
                heading: "Margin",
                isNumber: true,
                cell: (row) => moneyOf(row.margin_cents, row.currency),
              },
              {
                heading: "Percent",
                isNumber: true,
                cell: (row) => formatPercent(row.margin_percent),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

/** The accounts that used most since a day. */
export function TopAccounts(props: { since: string; accountHref: AccountHref }) {
  return (
    <Card title="Accounts that used most" className="credits:min-w-0">
      <Answer query={useTopAccounts(props.since)} height="9rem">
        {(rows) => (
          <Table
            caption="The accounts that used most"
            rows={rows}
            rowKey={(row) => row.account_id}
            empty={NOTHING}
            columns={[
              {
                heading: "Account",
                cell: (row) => (
                  <AccountLink accountId={row.account_id} accountHref={props.accountHref}>
                    {nameOf(row, rows)}
                  </AccountLink>
                ),
              },
              { heading: "Plan", isShort: true, cell: (row) => row.plan ?? "none" },
              { heading: "Calls", isNumber: true, cell: (row) => formatCredits(row.calls) },
              { heading: "Credits", isNumber: true, cell: (row) => formatCredits(row.credits) },
              { heading: "Share", isNumber: true, cell: (row) => formatPercent(row.share_percent) },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

/** Its address; with the beginning of its id where another has the same: a team has its owner's. */
function nameOf({ account_id, email }: TopAccount, rows: readonly TopAccount[]): string | null {
  const isShared = rows.filter((row) => row.email === email).length > 1;
  return email && isShared ? `${email} · ${account_id.slice(0, 8)}` : email;
}

/** A dash while there is no catalog, whose currency costs are in. */
function moneyOf(cents: number, currency: string | null): string {
  return currency === null ? "—" : formatMoney(cents, currency);
}
