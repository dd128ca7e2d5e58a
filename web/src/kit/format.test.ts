import { expect, test, vi } from "vitest";

// Before the formats are made: a zone whose days are not those of UTC.
vi.hoisted(() => vi.stubEnv("TZ", "America/New_York"));

import { CreditsError, explain } from "./errors";
import {
  formatCredits,
  formatDay,
  formatMoney,
  formatRate,
  formatSigned,
  inCredits,
  placesOf,
} from "./format";

test.each([
  [100_000, "usd", "$1,000.00"],
  [100_000, "jpy", "¥100,000"],
  [100_000, "kwd", "KWD 100.000"],
  [100_000, "huf", "HUF 1,000.00"],
  [100_050, "ISK", "ISK 1,000.50"],
  [100_000, "ugx", "UGX 1,000.00"],
  [-500, "usd", "-$5.00"],
  [-500, "krw", "-₩500"],
])("%d of the smallest unit of %s are %s, as Stripe charges it", (minor, currency, shown) => {
  expect(formatMoney(minor, currency).replaceAll("\u00a0", " ")).toBe(shown);
});

test("money of which nothing tells the currency is no dollars", () => {
  expect(formatMoney(4500, null)).toBe("4,500 minor units");
});

test("the places of a currency do not depend on how its code is written", () => {
  expect(["jpy", "JPY", "Kwd", "HUF", "usd"].map(placesOf)).toEqual([0, 0, 3, 2, 2]);
});

test("the price of a credit keeps its fractions of a cent, and has all places of its currency", () => {
  expect(formatRate(0.0082, "usd")).toBe("$0.0082");
  expect(formatRate(0.000125, "usd")).toBe("$0.000125");
  expect(formatRate(4.5, "huf").replaceAll("\u00a0", " ")).toBe("HUF 4.50");
});

test.each([
  [0.00003, "0.00003"],
  [0.000000001, "0.000000001"],
  [10.00001, "10.00001"],
  [9.99996, "9.99996"],
  [1250.5, "1,250.5"],
  [0.1 + 0.2, "0.3"],
  [5, "5"],
])("%d credits are shown as they are", (amount, shown) => {
  expect(formatCredits(amount)).toBe(shown);
});

test("what moved has a sign, and nothing has none", () => {
  expect([30, -0.00003, 0, -0].map(formatSigned)).toEqual(["+30", "−0.00003", "0", "0"]);
});

test("what is not enough is never said to be as much as is needed", () => {
  const details = { required: 10.00001, available: 9.99996 };
  expect(explain(new CreditsError("insufficient_credits", "PT402", details))).toBe(
    "This needs 10.00001 credits; you have 9.99996.",
  );
});

test("a month of the database begins on its first day, wherever the browser is", () => {
  expect(formatDay("2026-12-01T00:00:00Z")).toBe("Nov 30, 2026");
  expect(formatDay("2026-12-01T00:00:00Z", "UTC")).toBe("Dec 1, 2026");
});

test("one credit is not called credits", () => {
  expect([0, 1, 0.5, 1_000].map(inCredits)).toEqual([
    "0 credits",
    "1 credit",
    "0.5 credits",
    "1,000 credits",
  ]);
});
