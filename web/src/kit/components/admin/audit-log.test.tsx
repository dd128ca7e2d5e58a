import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { accountHref, anAuditEntry } from "../../../test/admin-rows";
import { renderKit } from "../../../test/render";
import { ME } from "../../../test/rows";
import { changesOf } from "./audit-changes";
import { AuditLog } from "./audit-log";

test("changes are what differs, without what is null", () => {
  expect(
    changesOf(
      { balance: 100, debt: 0, status: "active" },
      { balance: 600, debt: 0, amount: 500, act_id: null, packages: ["small", "large"], new: true },
    ),
  ).toEqual([
    { field: "balance", from: "100", to: "600" },
    { field: "status", from: "active", to: undefined },
    { field: "amount", from: undefined, to: "500" },
    { field: "packages", from: undefined, to: "small, large" },
    { field: "new", from: undefined, to: "yes" },
  ]);
});

test("an entry tells what was before and what is after", async () => {
  renderKit(<AuditLog accountHref={accountHref} />, { admin_list_audit: [anAuditEntry()] });
  const row = await screen.findByRole("row", { name: /ticket 4711/ });
  expect(row).toHaveTextContent("Balance: 100 → 600");
  expect(row).not.toHaveTextContent("Debt");
});

test("many changes are folded, so that a row stays a row", async () => {
  renderKit(<AuditLog accountHref={accountHref} />, {
    admin_list_audit: [anAuditEntry({ before: {}, after: { code: "A", uses: 0, plans: ["pro"] } })],
  });
  expect(await screen.findByText("Code:")).not.toBeVisible();
  await userEvent.click(screen.getByText("3 fields"));
  expect(screen.getByText("Code:")).toBeVisible();
});

test("the filter is sent when it is asked for, with the whole of the last day", async () => {
  const { fake } = renderKit(<AuditLog accountHref={accountHref} />, { admin_list_audit: [] });
  await screen.findByText("No administrator has done anything here.");
  await userEvent.type(screen.getByLabelText("Account"), ME);
  await userEvent.type(screen.getByLabelText("Who"), "service_role");
  await userEvent.selectOptions(screen.getByLabelText("Act"), "Pause account");
  await userEvent.type(screen.getByLabelText("From"), "2026-11-20");
  await userEvent.type(screen.getByLabelText("To"), "2026-11-20");
  expect(fake.calls).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Show" }));
  await expect.poll(() => fake.calls.length).toBe(2);
  expect(fake.argsOf("admin_list_audit")[1]).toEqual({
    account_id: ME,
    actor: "service_role",
    act: "pause_account",
    since: new Date(2026, 10, 20).toISOString(),
    until: new Date(2026, 10, 21).toISOString(),
    before: null,
    page_size: 50,
  });
});
