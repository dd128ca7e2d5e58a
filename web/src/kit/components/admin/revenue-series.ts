/** From what was paid to the columns of a chart: every bucket of the time, those of nothing too. */
import type { Revenue } from "../../services/admin";
import { bucketStart, type ChartBucket, LENGTHS } from "../usage-series";

/** A column of the chart: its first day (UTC), and the money in cents of one currency. */
export interface RevenueColumn {
  start: string;
  payments: number;
  net: number;
  returned: number;
  creditsSold: number;
}

/** The currencies that were paid in, the one with the most payments first. */
export function currenciesOf(rows: readonly Revenue[]): string[] {
  const payments = new Map<string, number>();
  for (const row of rows) {
    payments.set(row.currency, (payments.get(row.currency) ?? 0) + row.payments);
  }
  return [...payments.keys()].sort((a, b) => (payments.get(b) ?? 0) - (payments.get(a) ?? 0));
}

/** The columns of one currency, from the oldest to the one of now. */
export function toRevenueColumns(
  rows: readonly Revenue[],
  currency: string,
  bucket: ChartBucket,
  now: Date,
): RevenueColumn[] {
  const length = LENGTHS[bucket];
  const found = new Map(
    rows
      .filter((row) => row.currency === currency)
      .map((row) => [row.bucket_start.slice(0, 10), row]),
  );
  return Array.from({ length }, (_, index) => {
    const start = bucketStart(bucket, now, length - 1 - index);
    const row = found.get(start);
    return {
      start,
      payments: row?.payments ?? 0,
      net: row?.net_cents ?? 0,
      returned: row?.returned_cents ?? 0,
      creditsSold: row?.credits_sold ?? 0,
    };
  });
}
