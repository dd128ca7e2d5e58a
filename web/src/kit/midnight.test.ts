import { expect, test, vi } from "vitest";

// Before a time is made: a zone whose days are not those of UTC, nor all as long.
vi.hoisted(() => vi.stubEnv("TZ", "America/New_York"));

import { midnight } from "./midnight";

test("a day begins and ends in the browser's zone, also where its clocks are changed", () => {
  expect(midnight("2026-11-01")).toBe("2026-11-01T04:00:00.000Z");
  expect(midnight("2026-11-01", 1)).toBe("2026-11-02T05:00:00.000Z");
});
