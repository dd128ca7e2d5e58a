import { useState } from "react";
import { formatCredits, formatSigned, inWords } from "../../format";
import { useAdminTransactions } from "../../hooks/admin/use-accounts";
import type { Transaction } from "../../services/credits";
import { Answer } from "../../ui/answer";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Table } from "../../ui/table";
import { RefundCharge } from "./credit-dialogs";
import { More } from "./more";
import { When } from "./when";

/** What `AccountTransactions` takes. */
export interface AccountTransactionsProps {
  accountId: string;
  /** It takes no credits any more. */
  isClosed: boolean;
}

/** The history of an account, the newest first; its charges can be refunded while it is open. */
export function AccountTransactions({ accountId, isClosed }: AccountTransactionsProps) {
  const pages = useAdminTransactions({ account_id: accountId });
  const [chosen, setChosen] = useState<Transaction | null>(null);
  return (
    <Card title="Transactions">
      <Answer query={pages} height="20rem">
        {(transactions) => (
          <Table
            caption="Transactions, the newest first"
            rows={transactions}
            rowKey={(transaction) => transaction.id}
            empty="Nothing has moved yet."
            columns={[
              { heading: "No.", isNumber: true, cell: (transaction) => transaction.id },
              { heading: "When", cell: (transaction) => <When at={transaction.created_at} /> },
              {
                heading: "Type",
                isShort: true,
                cell: (transaction) => inWords(transaction.type),
              },
              {
                heading: "For",
                cell: (transaction) => (
                  <span className="credits:block credits:min-w-40 credits:wrap-anywhere">
                    {[transaction.service, transaction.description, transaction.reference]
                      .filter(Boolean)
                      .join(" · ") || "—"}
                  </span>
                ),
              },
              {
                heading: "Credits",
                isNumber: true,
                cell: (transaction) => formatSigned(transaction.amount),
              },
              {
                heading: "Balance",
                isNumber: true,
                cell: (transaction) => formatCredits(transaction.balance_after),
              },
              {
                heading: "Act",
                cell: (transaction) =>
                  transaction.type === "usage" &&
                  !isClosed && (
                    <Button
                      aria-label={`Refund charge ${transaction.id}`}
                      onClick={() => setChosen(transaction)}
                    >
                      Refund
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      <More pages={pages} />
      {chosen && <RefundCharge transaction={chosen} onClose={() => setChosen(null)} />}
    </Card>
  );
}
