import { Link } from "react-router";
import { formatCredits, formatSigned, formatTime } from "../kit/format";
import { useTransactions } from "../kit/hooks/use-transactions";
import { namesOf } from "../kit/transaction-names";
import { Answer } from "../kit/ui/answer";
import { Card } from "../kit/ui/card";
import { Table } from "../kit/ui/table";

const SHOWN = 5;

/** The newest entries of the history, and the way to the others. */
export function NewestTransactions() {
  const { query } = useTransactions({}, SHOWN);
  return (
    <Card
      title="Newest transactions"
      action={
        <Link
          to="/history"
          className="credits:inline-flex credits:min-h-11 credits:items-center credits:text-sm credits:text-accent credits:underline"
        >
          The whole history
        </Link>
      }
    >
      <Answer query={query} height="15rem">
        {({ rows }) => (
          <div className="credits:min-h-60">
            <Table
              caption="The newest entries of the history"
              rows={rows}
              rowKey={({ id }) => id}
              empty="Nothing was bought or used yet."
              columns={[
                {
                  heading: "What",
                  cell: (row) => (
                    <div className="credits:min-w-24 credits:wrap-anywhere">
                      {namesOf(row).join(" · ")}
                      <div className="credits:text-xs credits:text-muted credits:sm:hidden">
                        {formatTime(row.created_at)}
                      </div>
                    </div>
                  ),
                },
                {
                  heading: "Credits",
                  cell: ({ amount }) => formatSigned(amount),
                  isNumber: true,
                },
                {
                  heading: "Balance",
                  cell: ({ balance_after }) => formatCredits(balance_after),
                  isNumber: true,
                  isWide: true,
                },
                {
                  heading: "Time",
                  isShort: true,
                  isWide: true,
                  cell: ({ created_at }) => formatTime(created_at),
                },
              ]}
            />
          </div>
        )}
      </Answer>
    </Card>
  );
}
