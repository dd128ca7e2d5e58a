import { useState } from "react";
import { formatCredits, formatSigned, formatTime, inCredits } from "../format";
import { useDisputes } from "../hooks/use-disputes";
import { useTransactions } from "../hooks/use-transactions";
import type { Transaction } from "../services/credits";
import { namesOf } from "../transaction-names";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { Note } from "../ui/notes";
import { Pager } from "../ui/pager";
import { State } from "../ui/state";
import { type Column, Table } from "../ui/table";
import { DISPUTE_STATUSES } from "../words";
import { DisputeForm } from "./dispute-form";
import { ExportButton } from "./export-button";
import { EVERYTHING, filterOf, isFiltered, TransactionFilters } from "./transaction-filters";

/** What `TransactionTable` takes. */
export interface TransactionTableProps {
  /** How many lines a page has, up to 199. */
  pageSize?: number;
  /** Whether charges can be disputed from here. */
  canDispute?: boolean;
}

/** The history: filtered, a page at a time, as CSV, and where a charge is disputed. */
export function TransactionTable({ pageSize = 20, canDispute = true }: TransactionTableProps) {
  const [choice, setChoice] = useState(EVERYTHING);
  const [charge, setCharge] = useState<Transaction | null>(null);
  const [isFiled, setIsFiled] = useState(false);
  const filter = filterOf(choice);
  const { query, ...pages } = useTransactions(filter, pageSize);
  const { disputes } = useDisputes();
  const columns = canDispute ? [...COLUMNS, disputeColumn(setCharge)] : COLUMNS;

  return (
    <Card title="Transactions" action={<ExportButton times={filter} />}>
      <TransactionFilters choice={choice} onChoose={setChoice} />
      {isFiled && (
        <Note tone="good" takesFocus>
          Your dispute is filed. An administrator will look at it.
        </Note>
      )}
      <Answer query={query} height="24rem" isWaiting={canDispute && disputes.isPending}>
        {({ rows }) => (
          <div aria-busy={query.isPlaceholderData} className="credits:min-h-96">
            <Table
              caption="Transactions, the newest first"
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              empty={
                isFiltered(choice) ? (
                  <>
                    Nothing matches these filters.{" "}
                    <Button kind="quiet" onClick={() => setChoice(EVERYTHING)}>
                      Show all
                    </Button>
                  </>
                ) : (
                  "There is nothing yet: what you buy and use is listed here."
                )
              }
            />
            <Pager
              label="Pages of transactions"
              hasNewer={pages.hasNewer}
              hasOlder={pages.hasOlder && !query.isPlaceholderData}
              onNewer={pages.showNewer}
              onOlder={pages.showOlder}
            />
          </div>
        )}
      </Answer>
      {charge && (
        <Dialog title="Dispute a charge" onClose={() => setCharge(null)}>
          <DisputeForm
            charge={charge}
            onCancel={() => setCharge(null)}
            onDone={() => {
              setCharge(null);
              setIsFiled(true);
            }}
          />
        </Dialog>
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Transaction>[] = [
  {
    heading: "When",
    isShort: true,
    isWide: true,
    cell: (row) => <time dateTime={row.created_at}>{formatTime(row.created_at)}</time>,
  },
  { heading: "What", cell: (row) => <What row={row} /> },
  {
    heading: "Credits",
    isNumber: true,
    cell: (row) => (
      <>
        {formatSigned(row.amount)}
        <div className="credits:text-xs credits:text-muted credits:sm:hidden">
          {formatCredits(row.balance_after)} then
        </div>
      </>
    ),
  },
  {
    heading: "Balance",
    isNumber: true,
    isWide: true,
    cell: (row) => formatCredits(row.balance_after),
  },
];

function disputeColumn(onDispute: (charge: Transaction) => void): Column<Transaction> {
  return {
    heading: "Dispute",
    cell: (row) => row.type === "usage" && <DisputeCell charge={row} onDispute={onDispute} />,
  };
}

function What({ row }: { row: Transaction }) {
  const names = namesOf(row);
  const kind = names.slice(0, -1).join(" · ");
  return (
    <div className="credits:max-w-sm credits:min-w-24 credits:wrap-anywhere">
      {names.at(-1)}
      {kind && <div className="credits:text-xs credits:text-muted">{kind}</div>}
      <div className="credits:text-xs credits:text-muted credits:sm:hidden">
        {formatTime(row.created_at)}
      </div>
    </div>
  );
}

function DisputeCell(props: { charge: Transaction; onDispute: (charge: Transaction) => void }) {
  const { charge, onDispute } = props;
  const { disputes } = useDisputes();
  const dispute = disputes.data?.find(
    (one) =>
      one.account_id === charge.account_id &&
      one.transaction_id === charge.id &&
      one.status !== "withdrawn",
  );
  if (dispute) {
    return <State word={DISPUTE_STATUSES[dispute.status]} />;
  }
  return (
    <Button
      className="credits:max-sm:px-2"
      aria-label={`Dispute the charge of ${inCredits(-charge.amount)} on ${formatTime(charge.created_at)}`}
      onClick={() => onDispute(charge)}
    >
      Dispute
    </Button>
  );
}
