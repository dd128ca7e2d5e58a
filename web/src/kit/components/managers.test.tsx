import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { aTeam, TEAM } from "../../test/rows";
import { aBalance, aPack, aPlan, aSubscription } from "../../test/samples";
import { AlertSettings } from "./alert-settings";
import { AutoTopupSettings } from "./auto-topup-settings";
import { CurrentPlan } from "./current-plan";
import { PackageCards } from "./package-cards";
import { PlanCards } from "./plan-cards";
import { PurchaseForm } from "./purchase-form";

const settings = (
  <>
    <AutoTopupSettings />
    <AlertSettings />
    <PurchaseForm package="basic" />
  </>
);
const offers = (
  <>
    <CurrentPlan plansHref="/pricing" />
    <PackageCards />
    <PlanCards />
  </>
);
const answers = {
  get_credit_balance: aBalance({ plan: "pro", subscription: aSubscription() }),
  list_credit_packages: [aPack()],
  list_credit_plans: [aPlan({ code: "pro" }), aPlan({ code: "other", name: "Other" })],
};

test("who is a member of a team is told who sets and buys, and nothing is asked", async () => {
  const { fake } = renderKit(
    settings,
    { ...answers, list_my_credit_accounts: [aTeam({ role: "member" })] },
    TEAM,
  );
  expect(await screen.findAllByText(/^Only owners and admins of the team see/)).toHaveLength(2);
  expect(screen.getByText(/^Only owners and admins of a team buy for it/)).toBeVisible();
  const asked = ["get_auto_topup", "set_credit_alerts", "get_purchase_quote"];
  expect(fake.calls.filter(({ name }) => asked.includes(name))).toEqual([]);
});

test.each(["member", "admin"] as const)(
  "offers have their buttons for who may buy: %s",
  async (role) => {
    renderKit(offers, { ...answers, list_my_credit_accounts: [aTeam({ role })] }, TEAM);
    await screen.findByRole("listitem", { name: "Other" });
    await screen.findByRole("listitem", { name: "Basic" });
    const buttons = /^(Buy|Change to|Manage|Cancel)/;
    if (role === "admin") {
      expect(await screen.findAllByRole("button", { name: buttons })).toHaveLength(4);
    } else {
      await expect.poll(() => screen.queryAllByRole("button", { name: buttons })).toEqual([]);
    }
  },
);
