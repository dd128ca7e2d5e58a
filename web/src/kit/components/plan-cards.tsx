import type { ReactNode } from "react";
import { formatMoney, inCredits } from "../format";
import { usePlans } from "../hooks/use-catalog";
import { useCheckout } from "../hooks/use-checkout";
import { useLiveBalance } from "../hooks/use-live-balance";
import { useMayManage } from "../hooks/use-may-manage";
import { type Plan, readTexts } from "../services/catalog";
import { Answer } from "../ui/answer";
import { Button, buttonLook } from "../ui/button";
import { Badge, Empty, Failure } from "../ui/notes";
import { Features, Offer, Offers, OffersPlace } from "../ui/offer";

/** What `PlanCards` takes. */
export interface PlanCardsProps {
  /** Where a visitor signs in to subscribe: nothing of an account is asked then. */
  signInHref?: string;
  /** Where the form stands that asks for a plan which is sold on request. */
  contactHref?: string;
  /** How many plans there are: for so many a place is held while they are loaded. */
  expected?: number;
}

/** The plans: price, allowance, features, the account's own one marked, and a way to each. */
export function PlanCards({ signInHref, contactHref = "#contact", expected = 4 }: PlanCardsProps) {
  if (signInHref === undefined) {
    return <OwnPlans contactHref={contactHref} expected={expected} />;
  }
  return (
    <Plans
      contactHref={contactHref}
      expected={expected}
      current={null}
      action={(plan) => (
        <a className={buttonLook("primary")} href={signInHref}>
          Sign in to have {plan.name}
        </a>
      )}
    />
  );
}

function OwnPlans({ contactHref, expected }: { contactHref: string; expected: number }) {
  const own = useLiveBalance();
  const balance = own.data;
  const mayBuy = useMayManage();
  const { subscribe, portal } = useCheckout();
  const isSubscribing = ({ code }: Plan) => subscribe.isPending && subscribe.variables === code;
  const error = subscribe.error ?? portal.error;
  return (
    <div className="credits:flex credits:flex-col credits:gap-3">
      {error && <Failure error={error} />}
      {!balance && own.error && <Failure error={own.error} onRetry={() => void own.refetch()} />}
      <Plans
        contactHref={contactHref}
        expected={expected}
        isWaiting={own.isPending}
        current={balance?.plan ?? null}
        action={(plan) =>
          mayBuy !== false &&
          (balance?.subscription ? (
            <Button isBusy={portal.isPending} onClick={() => portal.mutate()}>
              Change to {plan.name} at Stripe
            </Button>
          ) : (
            <Button
              kind="primary"
              isBusy={isSubscribing(plan)}
              disabled={balance === undefined || (subscribe.isPending && !isSubscribing(plan))}
              onClick={() => subscribe.mutate(plan.code)}
            >
              Subscribe to {plan.name}
            </Button>
          ))
        }
      />
    </div>
  );
}

interface PlansProps {
  contactHref: string;
  expected: number;
  /** Whether it is not known yet which plan is the account's. */
  isWaiting?: boolean;
  current: string | null;
  action: (plan: Plan) => ReactNode;
}

function Plans({ contactHref, expected, isWaiting = false, current, action }: PlansProps) {
  return (
    <Answer query={usePlans()} isWaiting={isWaiting} place={<OffersPlace count={expected} />}>
      {(plans) =>
        plans.length === 0 ? (
          <Empty>There are no plans: credits come in packs.</Empty>
        ) : (
          <Offers>
            {plans.map((plan) => (
              <PlanCard
                key={plan.code}
                plan={plan}
                isCurrent={plan.code === current}
                action={
                  plan.contact_only ? (
                    <a className={buttonLook("secondary")} href={contactHref}>
                      Contact us about {plan.name}
                    </a>
                  ) : (
                    Boolean(plan.price_cents) && action(plan)
                  )
                }
              />
            ))}
          </Offers>
        )
      }
    </Answer>
  );
}

function PlanCard(props: { plan: Plan; isCurrent: boolean; action: ReactNode }) {
  const { plan, isCurrent, action } = props;
  return (
    <Offer
      title={plan.name}
      badge={isCurrent && <Badge tone="good">Your plan</Badge>}
      price={priceOf(plan)}
      per={plan.price_cents && plan.billing_interval ? `a ${plan.billing_interval}` : undefined}
      isMarked={isCurrent}
      action={!isCurrent && action}
    >
      {plan.monthly_credits > 0 && (
        <p className="credits:text-sm">
          <strong className="credits:tabular-nums">{inCredits(plan.monthly_credits)}</strong> every
          month
        </p>
      )}
      {plan.welcome_credits > 0 && (
        <p className="credits:text-sm credits:text-muted">
          {inCredits(plan.welcome_credits)} to begin with
        </p>
      )}
      <Features texts={readTexts(plan.features)} />
    </Offer>
  );
}

function priceOf(plan: Plan): string {
  if (plan.contact_only) {
    return "On request";
  }
  return plan.price_cents ? formatMoney(plan.price_cents, plan.currency) : "Free";
}
