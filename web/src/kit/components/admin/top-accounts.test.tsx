import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { accountHref } from "../../../test/admin-rows";
import { renderKit } from "../../../test/render";
import { TopAccounts } from "./usage-tables";

test("a team, which has its owner's address, is told apart from its owner", async () => {
  const row = (account_id: string, email: string | null) => ({
    account_id,
    email,
    plan: null,
    calls: 1,
    credits: 5,
    share_percent: 25,
  });
  renderKit(<TopAccounts since="2026-11-01" accountHref={accountHref} />, {
    admin_list_top_accounts: [
      row("11111111-1111-4111-8111-111111111111", "ada@example.com"),
      row("22222222-2222-4222-8222-222222222222", "ada@example.com"),
      row("33333333-3333-4333-8333-333333333333", "zoe@example.com"),
      row("44444444-4444-4444-8444-444444444444", null),
    ],
  });
  await screen.findByRole("table");
  expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual([
    "ada@example.com · 11111111",
    "ada@example.com · 22222222",
    "zoe@example.com",
    "44444444",
  ]);
});
