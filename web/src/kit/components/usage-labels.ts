/** The words for buckets of time; a bucket begins at midnight in UTC. */
import { inWords } from "../format";
import { inLanguage } from "../language";
import type { ChartBucket } from "./usage-series";

/** What stands at a chart beside a history in the browser's zone. */
export const IN_UTC = "Its days are days in UTC.";

/** What a chart can be divided by, for a choice. */
export const BUCKETS = (["day", "week", "month"] as const).map(
  (code) => [code, inWords(code)] as const,
);

const options = { timeZone: "UTC", month: "short" } as const;
const day = inLanguage(
  (language) => new Intl.DateTimeFormat(language, { ...options, day: "numeric" }),
);
const month = inLanguage(
  (language) => new Intl.DateTimeFormat(language, { ...options, year: "2-digit" }),
);

/** A bucket by its first day: "Nov 3", or "Nov 26" for a month. */
export function formatBucket(start: string, bucket: ChartBucket): string {
  return (bucket === "month" ? month() : day()).format(new Date(start));
}
