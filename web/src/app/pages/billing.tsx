import { useCallback, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { AlertSettings } from "../../kit/components/alert-settings";
import { AutoTopupSettings } from "../../kit/components/auto-topup-settings";
import { CreditBalance } from "../../kit/components/credit-balance";
import { CurrentPlan } from "../../kit/components/current-plan";
import { LowBalanceAlert } from "../../kit/components/low-balance-alert";
import { OrderTable } from "../../kit/components/order-table";
import { UsageChart } from "../../kit/components/usage-chart";
import { UsageIndicator } from "../../kit/components/usage-indicator";
import { CheckoutNote } from "../checkout-note";
import { NewestTransactions } from "../newest-transactions";
import { Page } from "../page";
import { ReferralNote } from "../referral-note";

/**
 * What the account holds, uses and pays. The checkout comes back to `/billing`, with
 * `?checkout=success&session_id=…` or `?checkout=cancelled`.
 */
export function Billing() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const [arrival] = useState({
    outcome: params.get("checkout"),
    sessionId: params.get("session_id"),
  });
  // A reload or a bookmark does not thank again.
  const cleanAddress = useCallback(() => void navigate("/billing", { replace: true }), [navigate]);
  return (
    <Page title="Billing">
      <ReferralNote />
      {arrival.outcome && (
        <CheckoutNote
          outcome={arrival.outcome}
          sessionId={arrival.sessionId}
          onDone={cleanAddress}
        />
      )}
      <div className="credits:grid credits:gap-5 credits:md:grid-cols-2 credits:lg:grid-cols-3">
        <CreditBalance buyHref="/buy" />
        <UsageIndicator buyHref="/buy" />
        <div className="credits:grid credits:md:col-span-2 credits:lg:col-span-1">
          <CurrentPlan plansHref="/pricing" />
        </div>
      </div>
      <UsageChart />
      <NewestTransactions />
      <div className="credits:grid credits:gap-5 credits:lg:grid-cols-[2fr_1fr]">
        <AutoTopupSettings />
        <AlertSettings />
      </div>
      <OrderTable />
      {/* At the end, and in sight from the start: it comes when the balance is known. */}
      <div className="credits:sticky credits:bottom-3 credits:z-10 credits:rounded-lg credits:shadow-lg credits:empty:hidden">
        <LowBalanceAlert buyHref="/buy" />
      </div>
    </Page>
  );
}
