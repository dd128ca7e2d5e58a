import { useState } from "react";
import { formatDay, formatMoney, inCredits, inWords } from "../format";
import { useOrders } from "../hooks/use-orders";
import type { Order } from "../services/billing";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { State } from "../ui/state";
import { type Column, Table } from "../ui/table";
import { ORDER_STATUSES } from "../words";
import { QuoteLines } from "./quote-lines";

/** The orders, each with its receipt. */
export function OrderTable() {
  const query = useOrders();
  const [shown, setShown] = useState<Order | null>(null);
  return (
    <Card title="Orders">
      <Answer query={query} height="12rem">
        {(orders) => (
          <div className="credits:flex credits:min-h-48 credits:flex-col credits:gap-3">
            <Table
              caption="Orders, the latest first"
              columns={columns(setShown)}
              rows={orders}
              rowKey={(order) => order.id}
              empty="Nothing was ordered yet. Receipts come here."
            />
            {query.hasNextPage && (
              <Button
                className="credits:self-start"
                isBusy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Show earlier ones
              </Button>
            )}
          </div>
        )}
      </Answer>
      {shown && <Receipt order={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}

function columns(onShow: (order: Order) => void): Column<Order>[] {
  return [
    {
      heading: "What",
      cell: (order) => (
        <div className="credits:min-w-24">
          {nameOf(order)}
          <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-x-2 credits:gap-y-1 credits:text-xs credits:text-muted credits:sm:hidden">
            {formatDay(order.created_at)} <State word={ORDER_STATUSES[order.status]} />
          </div>
        </div>
      ),
    },
    { heading: "Paid", cell: (order) => totalOf(order), isNumber: true },
    {
      heading: "Status",
      isWide: true,
      cell: (order) => <State word={ORDER_STATUSES[order.status]} />,
    },
    {
      heading: "Day",
      isShort: true,
      isWide: true,
      cell: (order) => formatDay(order.created_at),
    },
    {
      heading: "Receipt",
      cell: (order) =>
        order.receipt && (
          <Button
            kind="quiet"
            className="credits:-my-2.5 credits:-ml-4"
            onClick={() => onShow(order)}
          >
            Show{" "}
            <span className="credits:sr-only">the receipt of {formatDay(order.created_at)}</span>
          </Button>
        ),
    },
  ];
}

function nameOf(order: Order): string {
  const name = order.package ?? order.plan;
  const credits = inCredits(order.credits + order.bonus_credits);
  const what = name ? `${inWords(name)}, ${credits}` : credits;
  return order.is_topup ? `${what} (top-up)` : what;
}

function totalOf(order: Order): string {
  return order.status === "paid" || order.status === "completed"
    ? formatMoney(order.total_cents, order.currency)
    : "–";
}

function Receipt({ order, onClose }: { order: Order; onClose: () => void }) {
  const { refunded_cents, currency, promotion_code } = order;
  return (
    <Dialog title={`Order of ${formatDay(order.created_at)}`} onClose={onClose}>
      <div className="credits:flex credits:flex-col credits:gap-3">
        {order.receipt && <QuoteLines quote={order.receipt} />}
        {promotion_code && <p className="credits:text-sm">Promotion code: {promotion_code}</p>}
        {refunded_cents > 0 && (
          <p className="credits:text-sm">Paid back: {formatMoney(refunded_cents, currency)}</p>
        )}
        <p className="credits:text-xs credits:break-all credits:text-muted">Order {order.id}</p>
      </div>
    </Dialog>
  );
}
