import { expect, test } from "vitest";
import type { UsageStat } from "../services/billing";
import { bucketStart, listSeries, OTHERS, toColumns } from "./usage-series";

const now = new Date("2026-03-01T10:00:00Z"); // a Sunday
const used = (start: string, service: string | null, credits: number): UsageStat => ({
  bucket_start: `${start}T00:00:00+00:00`,
  service,
  calls: 1,
  credits,
});

test.each([
  ["day", 0, "2026-03-01"],
  ["day", 1, "2026-02-28"],
  ["week", 0, "2026-02-23"],
  ["week", 1, "2026-02-16"],
  ["month", 0, "2026-03-01"],
  ["month", 3, "2025-12-01"],
] as const)("the %s that is %i before begins on %s", (bucket, before, start) => {
  expect(bucketStart(bucket, now, before)).toBe(start);
});

test("every bucket has a column, those of nothing too", () => {
  const columns = toColumns([used("2026-02-27", "a", 5), used("2026-02-27", "b", 2)], "day", now);
  expect(columns).toHaveLength(30);
  expect(columns[0]?.start).toBe("2026-01-31");
  expect(columns.at(-1)).toEqual({ start: "2026-03-01", total: 0, calls: 0, services: {} });
  expect(columns.at(-3)).toEqual({
    start: "2026-02-27",
    total: 7,
    calls: 2,
    services: { a: 5, b: 2 },
  });
});

test("the four largest services have a name, and the others are one", () => {
  const stats = ["a", "b", "c", "d", "e", "f"].map((name, index) =>
    used("2026-03-01", name, 10 + index),
  );
  expect(listSeries(stats)).toEqual(["f", "e", "d", "c", OTHERS]);
  expect(toColumns(stats, "day", now).at(-1)?.services).toEqual({
    f: 15,
    e: 14,
    d: 13,
    c: 12,
    [OTHERS]: 21,
  });
});

test("what named no service is with the others", () => {
  expect(listSeries([used("2026-03-01", null, 50), used("2026-03-01", "a", 1)])).toEqual([
    "a",
    OTHERS,
  ]);
});
