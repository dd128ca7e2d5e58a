import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { FigureCards } from "./figure-cards";

const SUMMARY = {
  accounts: { active: 5, paused: 1 },
  credits: { balance: 2800, held: 5, available: 2795, debt: 0 },
  credits_by_source: { allowance: 1400, purchase: 960 },
  distribution: {
    accounts: 6,
    average: 466.67,
    median: 120,
    p90: 1580,
    p99: 1580,
    largest: 1580,
    top_percent_share: 56.4,
  },
  month: {
    calls: 7,
    spent: 820,
    refunded: 20,
    active_accounts: 3,
    gross_cents: { usd: 2850, eur: 500 },
  },
  waiting: { disputes: 3, acts: 1, stripe_events: 0, dead_notices: 0 },
  health: { schema_version: "20261121130001", jobs: {}, outbox: {}, integrity: null },
};
const HREFS = { disputesHref: "/disputes", actsHref: "/acts" };

test("the figures are those of the database, money by its currency", async () => {
  renderKit(<FigureCards {...HREFS} />, { admin_get_system_summary: SUMMARY });
  expect(await screen.findByText("$28.50 + €5.00")).toBeVisible();
  expect(screen.getByText("2,800")).toBeVisible();
  expect(screen.getByText("56.4%")).toBeVisible();
  expect(screen.getByRole("link", { name: "Disputes" }).parentElement).toHaveTextContent("3");
});

test.each([
  [{ maintenance: { last_at: "2026-11-21T10:00:00Z" } }, /^Use is counted up to Nov 21, 2026/],
  [{}, "No job has counted use yet."],
])("how new the figures of use are is said, for a job counts it", async (jobs, sentence) => {
  const health = { ...SUMMARY.health, jobs };
  renderKit(<FigureCards {...HREFS} />, { admin_get_system_summary: { ...SUMMARY, health } });
  expect(await screen.findByText(sentence)).toBeVisible();
});

test("an answer that is not as said is no page of wrong figures", async () => {
  renderKit(<FigureCards {...HREFS} />, {
    admin_get_system_summary: { ...SUMMARY, credits: { ...SUMMARY.credits, held: "5" } },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("Something went wrong. Try again.");
});

test("one error is told once, with a way to try again", async () => {
  renderKit(<FigureCards {...HREFS} />, {
    admin_get_system_summary: () => {
      throw refusal("statement_timeout", { hint: "It took too long." });
    },
  });
  expect(await screen.findAllByRole("alert")).toHaveLength(1);
  expect(screen.getByRole("button", { name: "Try again" })).toBeEnabled();
});
