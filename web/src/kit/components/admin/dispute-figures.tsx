import { formatCredits, inCredits } from "../../format";
import { useDisputeStatistics } from "../../hooks/admin/use-figures";
import type { DisputeStatistics } from "../../services/admin-figures";
import { Answer } from "../../ui/answer";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/notes";
import { Table } from "../../ui/table";
import { DISPUTE_REASONS, DISPUTE_STATUSES, type Word } from "../../words";
import { type AccountHref, Actor } from "./account-link";
import { Facts } from "./facts";
import { formatPercent } from "./percent";

/** How the disputes went that were filed since a day: figures, reasons, who resolved them. */
export function DisputeFigures(props: { since: string; accountHref: AccountHref }) {
  return (
    <Card title="Disputes">
      <Answer query={useDisputeStatistics(props.since)} height="9rem">
        {(figures) =>
          figures.submitted === 0 ? (
            <Empty>No dispute was filed in this time.</Empty>
          ) : (
            <div className="credits:flex credits:flex-col credits:gap-5">
              <Summary figures={figures} />
              <div className="credits:grid credits:gap-5 credits:lg:grid-cols-2">
                <Reasons figures={figures} />
                <Administrators figures={figures} accountHref={props.accountHref} />
              </div>
            </div>
          )
        }
      </Answer>
    </Card>
  );
}

function Summary({ figures }: { figures: DisputeStatistics }) {
  const hours = figures.resolution_hours;
  return (
    <Facts
      facts={[
        ["Filed", formatCredits(figures.submitted)],
        ["Open", formatCredits(figures.open)],
        ...Object.entries<Word>(DISPUTE_STATUSES).map(
          ([status, word]) => [word.label, figures.by_status[status] ?? null] as const,
        ),
        ["Asked for", `${inCredits(figures.requested_credits)}`],
        ["Given back", `${inCredits(figures.refunded_credits)}`],
        ["Median time", inHours(hours.median)],
        ["Average time", inHours(hours.average)],
        ["9 of 10 within", inHours(hours.p90)],
        ["Longest waiting", inHours(hours.longest_open)],
      ]}
    />
  );
}

function Reasons({ figures }: { figures: DisputeStatistics }) {
  return (
    <div className="credits:min-w-0">
      <Table
        caption="Why disputes were filed"
        rows={figures.by_reason}
        rowKey={(row) => row.reason}
        empty="No reasons."
        columns={[
          { heading: "Why", isShort: true, cell: (row) => DISPUTE_REASONS[row.reason].label },
          { heading: "Disputes", isNumber: true, cell: (row) => row.disputes },
          {
            heading: "Approved",
            isNumber: true,
            cell: (row) => formatPercent(row.approved_percent),
          },
          { heading: "Given back", isNumber: true, cell: (row) => formatCredits(row.refunded) },
        ]}
      />
    </div>
  );
}

function Administrators(props: { figures: DisputeStatistics; accountHref: AccountHref }) {
  return (
    <div className="credits:min-w-0">
      <Table
        caption="Who resolved disputes"
        rows={props.figures.administrators}
        rowKey={(row) => row.actor}
        empty="Nobody has resolved one yet."
        columns={[
          {
            heading: "Resolved by",
            cell: (row) => <Actor actor={row.actor} accountHref={props.accountHref} />,
          },
          { heading: "Disputes", isNumber: true, cell: (row) => row.resolved },
          {
            heading: "Approved",
            isNumber: true,
            cell: (row) => formatPercent(row.approved_percent),
          },
          { heading: "Average", isNumber: true, cell: (row) => inHours(row.average_hours) ?? "—" },
        ]}
      />
    </div>
  );
}

function inHours(hours: number | null): string | null {
  return hours === null ? null : `${formatCredits(hours)} h`;
}
