import { useState } from "react";
import { formatCredits, formatMoney, inWords } from "../../format";
import { useRevenue } from "../../hooks/admin/use-figures";
import { Answer } from "../../ui/answer";
import { Card } from "../../ui/card";
import { Choice } from "../../ui/choice";
import { Empty } from "../../ui/notes";
import { Table } from "../../ui/table";
import { Chart } from "../chart";
import { BUCKETS, formatBucket } from "../usage-labels";
import { bucketStart, type ChartBucket, LENGTHS } from "../usage-series";
import { currenciesOf, type RevenueColumn, toRevenueColumns } from "./revenue-series";

const SERIES = [
  { name: "Kept", colour: "accent" },
  { name: "Went back", colour: "bad" },
];

/** What was paid, by day, week or month and by currency: as a chart, and as a table. */
export function RevenueChart() {
  const [bucket, setBucket] = useState<ChartBucket>("day");
  const [chosen, setChosen] = useState<string | null>(null);
  const [now] = useState(() => new Date());
  const query = useRevenue(bucket, bucketStart(bucket, now, LENGTHS[bucket] - 1));
  return (
    <Card
      title="Revenue"
      action={<Choice label="Divided by" choices={BUCKETS} value={bucket} onChoose={setBucket} />}
    >
      <Answer query={query} height="24.5rem">
        {(rows) => {
          const currencies = currenciesOf(rows);
          const currency = currencies.find((code) => code === chosen) ?? currencies[0];
          if (currency === undefined) {
            return (
              <div className="credits:min-h-98">
                <Empty>Nothing was paid in this time.</Empty>
              </div>
            );
          }
          const columns = toRevenueColumns(rows, currency, bucket, now);
          const sum = (of: (column: RevenueColumn) => number) =>
            columns.reduce((all, column) => all + of(column), 0);
          return (
            <div className="credits:flex credits:min-h-98 credits:flex-col credits:gap-3">
              {currencies.length > 1 && (
                <Choice
                  label="Currency"
                  choices={currencies.map((code) => [code, code.toUpperCase()] as const)}
                  value={currency}
                  onChoose={setChosen}
                />
              )}
              <p className="credits:text-sm">
                <strong className="credits:text-2xl credits:font-semibold credits:tabular-nums">
                  {formatMoney(
                    sum((column) => column.net),
                    currency,
                  )}
                </strong>{" "}
                <span className="credits:text-muted">
                  kept of {formatCredits(sum((column) => column.payments))} payments;{" "}
                  {formatMoney(
                    sum((column) => column.returned),
                    currency,
                  )}{" "}
                  went back
                </span>
              </p>
              <Chart
                columns={columns.map(({ start, net, returned }) => ({
                  start,
                  values: [net, returned],
                }))}
                series={SERIES}
                bucket={bucket}
                format={(cents) => formatMoney(cents, currency)}
                axisWidth={76}
              >
                <RevenueTable columns={columns} currency={currency} bucket={bucket} />
              </Chart>
            </div>
          );
        }}
      </Answer>
    </Card>
  );
}

interface RevenueTableProps {
  columns: readonly RevenueColumn[];
  currency: string;
  bucket: ChartBucket;
}

function RevenueTable({ columns, currency, bucket }: RevenueTableProps) {
  return (
    <Table
      caption={`Revenue by ${bucket}, in UTC`}
      rows={columns.filter((column) => column.payments > 0).toReversed()}
      rowKey={(column) => column.start}
      empty="Nothing was paid in this time."
      columns={[
        { heading: inWords(bucket), cell: (column) => formatBucket(column.start, bucket) },
        { heading: "Payments", isNumber: true, cell: (column) => column.payments },
        {
          heading: "Kept",
          isNumber: true,
          cell: (column) => formatMoney(column.net, currency),
        },
        {
          heading: "Went back",
          isNumber: true,
          cell: (column) => formatMoney(column.returned, currency),
        },
        {
          heading: "Credits sold",
          isNumber: true,
          cell: (column) => formatCredits(column.creditsSold),
        },
      ]}
    />
  );
}
