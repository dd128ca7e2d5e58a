import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { aRevenue } from "../../../test/admin-rows";
import { renderKit } from "../../../test/render";
import { RevenueChart } from "./revenue-chart";
import { currenciesOf, toRevenueColumns } from "./revenue-series";

const NOW = new Date("2026-11-21T12:00:00Z");

test("days without a payment are columns of nothing", () => {
  const columns = toRevenueColumns([aRevenue()], "usd", "day", NOW);
  expect(columns).toHaveLength(30);
  expect(columns.at(-1)).toMatchObject({ start: "2026-11-21", net: 0 });
  expect(columns.at(-2)).toEqual({
    start: "2026-11-20",
    payments: 2,
    net: 1000,
    returned: 1000,
    creditsSold: 200,
  });
});

test("currencies are never added up: each has columns of its own", () => {
  const rows = [aRevenue(), aRevenue({ currency: "eur", net_cents: 700, payments: 3 })];
  expect(currenciesOf(rows)).toEqual(["eur", "usd"]);
  expect(toRevenueColumns(rows, "eur", "day", NOW).at(-2)?.net).toBe(700);
  expect(toRevenueColumns(rows, "usd", "day", NOW).at(-2)?.net).toBe(1000);
});

test("the chart asks for what is chosen: by month for a year", async () => {
  const { fake } = renderKit(<RevenueChart />, { admin_get_revenue: [] });
  expect(await screen.findByText("Nothing was paid in this time.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Month" }));
  await expect.poll(() => fake.calls.length).toBe(2);
  const [day, month] = fake.argsOf("admin_get_revenue");
  expect(day?.bucket).toBe("day");
  expect(month?.bucket).toBe("month");
  expect(month?.since).toMatch(/^\d{4}-\d\d-01$/);
});

test("the chart says whose days it has", async () => {
  renderKit(<RevenueChart />, { admin_get_revenue: [aRevenue()] });
  expect(await screen.findByText("Its days are days in UTC.")).toBeVisible();
  expect(screen.getByRole("table", { hidden: true, name: "Revenue by day, in UTC" })).toBeDefined();
});
