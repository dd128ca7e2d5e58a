import { formatShare } from "../../format";

/** A percentage as the database gives it, 0 to 100; a dash where there is none. */
export function formatPercent(percent: number | null): string {
  return percent === null ? "—" : formatShare(percent / 100);
}
