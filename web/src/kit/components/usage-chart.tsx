import { useState } from "react";
import { formatCredits, inWords } from "../format";
import { useUsageStats } from "../hooks/use-usage-stats";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { Choice } from "../ui/choice";
import { Empty } from "../ui/notes";
import { Table } from "../ui/table";
import { Chart } from "./chart";
import { BUCKETS, formatBucket } from "./usage-labels";
import {
  bucketStart,
  type ChartBucket,
  LENGTHS,
  listSeries,
  toColumns,
  type UsageColumn,
} from "./usage-series";

const COLOURS = ["accent", "good", "warn", "bad", "muted"] as const;

/** What was used, by day, week or month and by service: as a chart, and as a table. */
export function UsageChart() {
  const [bucket, setBucket] = useState<ChartBucket>("day");
  const [now] = useState(() => new Date());
  const query = useUsageStats({ bucket, since: bucketStart(bucket, now, LENGTHS[bucket] - 1) });
  return (
    <Card
      title="Usage"
      action={<Choice label="Divided by" choices={BUCKETS} value={bucket} onChoose={setBucket} />}
    >
      <Answer query={query} height="20.75rem">
        {(stats) => {
          const columns = toColumns(stats, bucket, now);
          const names = listSeries(stats);
          return (
            <div className="credits:flex credits:min-h-83 credits:flex-col credits:gap-2">
              {stats.length === 0 ? (
                <Empty>Nothing was used in this time.</Empty>
              ) : (
                <Chart
                  columns={columns.map(({ start, services }) => ({
                    start,
                    values: names.map((name) => services[name] ?? 0),
                  }))}
                  series={names.map((name, index) => ({
                    name: inWords(name),
                    colour: COLOURS[index % COLOURS.length] ?? "muted",
                  }))}
                  bucket={bucket}
                  format={formatCredits}
                  axisWidth={48}
                >
                  <UsageTable columns={columns} bucket={bucket} />
                </Chart>
              )}
            </div>
          );
        }}
      </Answer>
    </Card>
  );
}

function UsageTable({ columns, bucket }: { columns: readonly UsageColumn[]; bucket: ChartBucket }) {
  return (
    <Table
      caption={`Credits used by ${bucket}, in UTC`}
      rows={columns.filter((column) => column.calls > 0).toReversed()}
      rowKey={(column) => column.start}
      empty="Nothing was used in this time."
      columns={[
        { heading: inWords(bucket), cell: (column) => formatBucket(column.start, bucket) },
        { heading: "Calls", cell: (column) => formatCredits(column.calls), isNumber: true },
        { heading: "Credits", cell: (column) => formatCredits(column.total), isNumber: true },
        { heading: "By service", cell: (column) => listShares(column) },
      ]}
    />
  );
}

function listShares({ services }: UsageColumn): string {
  return Object.entries(services)
    .map(([name, credits]) => `${inWords(name)} ${formatCredits(credits)}`)
    .join(", ");
}
