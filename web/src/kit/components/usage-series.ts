/** From what was used to the columns of a chart: every bucket of the time, those of nothing too. */
import type { Bucket } from "../database";
import type { UsageStat } from "../services/billing";

/** The buckets that a chart can be divided into. */
export type ChartBucket = Exclude<Bucket, "year">;

/** How many buckets a chart shows. */
export const LENGTHS: Record<ChartBucket, number> = { day: 30, week: 12, month: 12 };

/** What services beyond the largest ones are called together. */
export const OTHERS = "others";

/** A column of the chart: its first day (UTC), what was used in all, and by service. */
export interface UsageColumn {
  start: string;
  total: number;
  calls: number;
  services: Readonly<Record<string, number>>;
}

const SHOWN = 4;

/** The first day, in UTC, of the bucket that is so many before the one of a time. */
export function bucketStart(bucket: ChartBucket, now: Date, before = 0): string {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const sinceMonday = (now.getUTCDay() + 6) % 7;
  const start = {
    day: () => Date.UTC(year, month, day - before),
    week: () => Date.UTC(year, month, day - sinceMonday - 7 * before),
    month: () => Date.UTC(year, month - before),
  }[bucket]();
  return new Date(start).toISOString().slice(0, 10);
}

/** The services that are shown by name, the largest first, and "others" where there are more. */
export function listSeries(stats: readonly UsageStat[]): string[] {
  const credits = new Map<string, number>();
  for (const stat of stats) {
    const name = stat.service ?? OTHERS;
    credits.set(name, (credits.get(name) ?? 0) + stat.credits);
  }
  const names = [...credits.keys()]
    .filter((name) => name !== OTHERS)
    .sort((a, b) => (credits.get(b) ?? 0) - (credits.get(a) ?? 0));
  const hasOthers = credits.has(OTHERS) || names.length > SHOWN;
  return [...names.slice(0, SHOWN), ...(hasOthers ? [OTHERS] : [])];
}

/** The columns from the oldest to the one of now. */
export function toColumns(
  stats: readonly UsageStat[],
  bucket: ChartBucket,
  now: Date,
): UsageColumn[] {
  const series = listSeries(stats);
  const length = LENGTHS[bucket];
  return Array.from({ length }, (_, index) => {
    const start = bucketStart(bucket, now, length - 1 - index);
    const services: Record<string, number> = {};
    let [total, calls] = [0, 0];
    for (const stat of stats.filter(({ bucket_start }) => bucket_start.slice(0, 10) === start)) {
      const name = series.includes(stat.service ?? OTHERS) ? (stat.service ?? OTHERS) : OTHERS;
      services[name] = (services[name] ?? 0) + stat.credits;
      total += stat.credits;
      calls += stat.calls;
    }
    return { start, total, calls, services };
  });
}
