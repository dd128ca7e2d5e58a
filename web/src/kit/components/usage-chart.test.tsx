import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import type { UsageStat } from "../services/billing";
import { UsageChart } from "./usage-chart";
import { bucketStart } from "./usage-series";

const stat = (service: string, credits: number): UsageStat => ({
  bucket_start: `${bucketStart("day", new Date())}T00:00:00+00:00`,
  service,
  calls: 2,
  credits,
});

test("what the chart shows stands in a table too", async () => {
  renderKit(<UsageChart />, {
    get_credit_usage_stats: [stat("voice_call", 30), stat("sms", 1.5)],
  });
  await userEvent.click(await screen.findByText("As a table"));
  expect(screen.getByText("Its days are days in UTC.")).toBeVisible();
  const table = within(screen.getByRole("table", { name: "Credits used by day, in UTC" }));
  const [, row] = table.getAllByRole("row");
  expect(row).toHaveTextContent("431.5Voice call 30, Sms 1.5");
  expect(table.getAllByRole("row")).toHaveLength(2);
});

test("it is divided anew, over a longer time", async () => {
  const { fake } = renderKit(<UsageChart />, { get_credit_usage_stats: [] });
  expect(await screen.findByText("Nothing was used in this time.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Month" }));
  expect(screen.getByRole("button", { name: "Month" })).toHaveAttribute("aria-pressed", "true");
  const now = new Date();
  await expect
    .poll(() => fake.argsOf("get_credit_usage_stats"))
    .toEqual([
      { account_id: null, bucket: "day", since: bucketStart("day", now, 29) },
      { account_id: null, bucket: "month", since: bucketStart("month", now, 11) },
    ]);
});

test("statistics that are refused can be asked for again", async () => {
  const { fake } = renderKit(<UsageChart />, {
    get_credit_usage_stats: () => {
      throw refusal("account_not_found", { hint: "There is no such account." });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such account.");
  fake.answers.get_credit_usage_stats = [];
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Nothing was used in this time.")).toBeVisible();
});
