import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { aRevenue } from "../../test/admin-rows";
import { renderKit } from "../../test/render";
import { RevenueChart } from "./admin/revenue-chart";
import { UsageChart } from "./usage-chart";
import { bucketStart } from "./usage-series";

// As after a new version came out: the part that is loaded later is gone from the server.
vi.mock("./stacked-bars", () => {
  throw new Error("gone");
});

const today = `${bucketStart("day", new Date())}T00:00:00+00:00`;

test("usage whose chart cannot be loaded stands in its table", async () => {
  renderKit(<UsageChart />, {
    get_credit_usage_stats: [{ bucket_start: today, service: "sms", calls: 1, credits: 2 }],
  });
  expect(await screen.findByText("The chart could not be loaded.")).toBeVisible();
  expect(screen.getByText("As a table")).toBeVisible();
});

test("revenue whose chart cannot be loaded stands in its table", async () => {
  renderKit(<RevenueChart />, { admin_get_revenue: [aRevenue({ bucket_start: today })] });
  expect(await screen.findByText("The chart could not be loaded.")).toBeVisible();
  expect(screen.getByText("As a table")).toBeVisible();
});
