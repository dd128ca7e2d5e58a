import { useState } from "react";
import { formatDay, formatMoney, inCredits, inWords } from "../format";
import { usePlans } from "../hooks/use-catalog";
import { useCheckout } from "../hooks/use-checkout";
import { useLiveBalance } from "../hooks/use-live-balance";
import { useMayManage } from "../hooks/use-may-manage";
import type { Subscription } from "../services/billing";
import type { Plan } from "../services/catalog";
import type { Balance } from "../services/credits";
import { Answer } from "../ui/answer";
import { Button, buttonLook } from "../ui/button";
import { Card } from "../ui/card";
import { Confirm } from "../ui/confirm";
import { Badge, Failure } from "../ui/notes";

/** What `CurrentPlan` takes. */
export interface CurrentPlanProps {
  /** Where the plans are. */
  plansHref: string;
}

/** The account's plan, how it goes on, and ways to manage and to cancel what pays for it. */
export function CurrentPlan({ plansHref }: CurrentPlanProps) {
  const balance = useLiveBalance();
  const plans = usePlans().data ?? [];
  return (
    <Card title="Plan">
      <Answer query={balance} height="9rem">
        {(data) => <Shown balance={data} plans={plans} plansHref={plansHref} />}
      </Answer>
    </Card>
  );
}

interface ShownProps {
  balance: Balance;
  plans: readonly Plan[];
  plansHref: string;
}

function Shown({ balance, plans, plansHref }: ShownProps) {
  const mayManage = useMayManage();
  const { portal, cancel } = useCheckout();
  const [isAsking, setIsAsking] = useState(false);
  const { subscription } = balance;
  const plan = plans.find(({ code }) => code === balance.plan);
  return (
    <div className="credits:flex credits:min-h-36 credits:flex-col credits:gap-3 credits:text-sm">
      <p className="credits:flex credits:flex-wrap credits:items-center credits:gap-2">
        <strong className="credits:text-xl credits:font-semibold">
          {plan?.name ?? (balance.plan ? inWords(balance.plan) : "No plan")}
        </strong>
        {subscription && subscription.status !== "active" && (
          <Badge tone={subscription.status === "trialing" ? "good" : "warn"}>
            {inWords(subscription.status)}
          </Badge>
        )}
      </p>
      <p className="credits:text-muted">{describe(plan, subscription)}</p>
      {portal.error && <Failure error={portal.error} />}
      <div className="credits:mt-auto credits:flex credits:flex-wrap credits:gap-3">
        {subscription && mayManage !== false ? (
          <>
            <Button isBusy={portal.isPending} onClick={() => portal.mutate()}>
              Manage subscription
            </Button>
            {!subscription.cancel_at && (
              <Button kind="quiet" onClick={() => setIsAsking(true)}>
                Cancel it
              </Button>
            )}
          </>
        ) : (
          <a className={buttonLook("secondary")} href={plansHref}>
            See the plans
          </a>
        )}
      </div>
      {isAsking && (
        <Confirm
          title="Cancel the subscription?"
          action="Cancel the subscription"
          isBusy={cancel.isPending}
          error={cancel.error}
          onClose={() => setIsAsking(false)}
          onConfirm={() => cancel.mutate(undefined, { onSuccess: () => setIsAsking(false) })}
        >
          The plan stays until what is paid for ends
          {subscription?.paid_until_at && `, on ${formatDay(subscription.paid_until_at)}`}. Nothing
          more is billed.
        </Confirm>
      )}
    </div>
  );
}

function describe(plan: Plan | undefined, subscription: Subscription | null): string {
  const parts: string[] = [];
  if (plan?.price_cents && plan.billing_interval) {
    const price = formatMoney(plan.price_cents, plan.currency);
    parts.push(`The list price is ${price} a ${plan.billing_interval}.`);
  }
  if (plan?.monthly_credits) {
    parts.push(`${inCredits(plan.monthly_credits)} every month.`);
  }
  if (subscription?.cancel_at) {
    parts.push(`It ends on ${formatDay(subscription.cancel_at)}.`);
  } else if (subscription?.next_billing_at) {
    parts.push(`The next payment is on ${formatDay(subscription.next_billing_at)}.`);
  }
  return parts.join(" ");
}
