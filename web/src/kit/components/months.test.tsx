import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

// Before the formats are made: a zone in which the first day of a month in UTC is the last one.
vi.hoisted(() => vi.stubEnv("TZ", "America/New_York"));

import { aDetailedAccount } from "../../test/admin-rows";
import { renderKit } from "../../test/render";
import { aMember, aTeam, ME } from "../../test/rows";
import { ACCOUNT, aBalance, aPlan, aSummary, asJson } from "../../test/samples";
import { AccountPage } from "./admin/account-page";
import { TeamMembers } from "./team-members";
import { UsageIndicator } from "./usage-indicator";

test("what was used this month is used since its first day in UTC", async () => {
  renderKit(<UsageIndicator buyHref="/buy" />, {
    get_credit_summary: asJson(aSummary()),
    get_credit_balance: aBalance(),
    list_credit_plans: [aPlan()],
    set_credit_alerts: { account_id: ACCOUNT, low_balance: null, default_low_balance: 200 },
  });
  expect(await screen.findByText(/750 used since Nov 1, 2026/)).toBeVisible();
});

test("a member's cap begins anew on the first day of the next month in UTC", async () => {
  renderKit(<TeamMembers team={aTeam()} />, {
    list_credit_members: [aMember()],
    list_my_credit_accounts: [],
    list_credit_invitations: [],
  });
  expect(await screen.findByText("Anew on Dec 1, 2026")).toBeVisible();
});

test("so do the limits that an administrator sees", async () => {
  renderKit(<AccountPage accountId={ME} accountHref={(id) => id} />, {
    admin_get_account: aDetailedAccount(),
    admin_list_transactions: [],
  });
  expect(await screen.findByText("Dec 1, 2026")).toBeVisible();
});
