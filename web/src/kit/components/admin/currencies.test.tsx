/** Money of administrators is in the currency that it was paid in, and in none that is guessed. */
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { accountHref, aDetailedAccount, aPromotion } from "../../../test/admin-rows";
import { renderKit } from "../../../test/render";
import { ME } from "../../../test/rows";
import { aPack } from "../../../test/samples";
import { AccountPage } from "./account-page";
import { PromotionTable } from "./promotion-table";
import { MarginByService } from "./usage-tables";

const account = { ...aDetailedAccount() };
const caps = { ...(account.caps as object), paid_cents: 0, monthly_purchase_cap_cents: 50_000 };

test.each([
  [[aPack({ currency: "eur" })], "€0.00 of €500.00"],
  [[], "0 minor units of 50,000 minor units"],
])("an account without orders has limits in the catalog's currency", async (packs, shown) => {
  renderKit(<AccountPage accountId={ME} accountHref={accountHref} />, {
    admin_get_account: { ...account, caps },
    admin_list_transactions: [],
    list_credit_packages: packs,
    list_credit_plans: [],
  });
  expect(await screen.findByText(shown)).toBeVisible();
});

test("a margin without a currency has no amounts of money", async () => {
  const row = {
    service: "film",
    currency: null,
    calls: 1,
    credits: 30,
    free_credits: 30,
    earned_cents: 0,
    provider_cost_cents: 12,
    margin_cents: -12,
    margin_percent: null,
  };
  renderKit(<MarginByService since="2026-11-01" />, { admin_get_margin: [row] });
  const table = within(await screen.findByRole("table"));
  expect(table.queryByText(/\$/)).toBeNull();
  expect(table.getAllByText("—")).toHaveLength(4);
});

test("a promotion of an amount is in its own currency", async () => {
  const fixed = aPromotion({ discount_type: "fixed", discount_value: 500, currency: "eur" });
  renderKit(<PromotionTable />, { admin_list_promotions: [fixed] });
  expect(await screen.findByText("€5.00 off")).toBeVisible();
});
