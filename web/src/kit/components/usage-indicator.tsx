import { formatCredits, formatDay } from "../format";
import { usePlans } from "../hooks/use-catalog";
import { useLowBalance } from "../hooks/use-low-balance";
import { useSummary } from "../hooks/use-summary";
import { Answer } from "../ui/answer";
import { buttonLook } from "../ui/button";
import { Card } from "../ui/card";
import { Badge } from "../ui/notes";
import { MonthBar } from "./month-bar";

/** What `UsageIndicator` takes. */
export interface UsageIndicatorProps {
  /** Where credits are bought. */
  buyHref: string;
}

/** The credits left, how much of the month's that is, and a warning when they are low. */
export function UsageIndicator({ buyHref }: UsageIndicatorProps) {
  const summary = useSummary();
  const plans = usePlans();
  const low = useLowBalance();
  return (
    <Card title="This month">
      <Answer query={summary} isWaiting={plans.isPending} height="11.5rem">
        {(data) => (
          <div className="credits:flex credits:min-h-46 credits:flex-col credits:gap-3 credits:text-sm">
            <p className="credits:flex credits:flex-wrap credits:items-baseline credits:gap-x-1.5">
              <strong className="credits:text-xl credits:font-semibold credits:tabular-nums">
                {formatCredits(low?.available ?? data.balance.available)}
              </strong>
              <span className="credits:text-muted">credits left</span>
              <span role="status">
                {low?.level === "low" && <Badge tone="warn">Low</Badge>}
                {low?.level === "empty" && <Badge tone="bad">Nothing left</Badge>}
              </span>
            </p>
            <MonthBar
              summary={data}
              plan={plans.data?.find(({ code }) => code === data.balance.plan)}
              available={low?.available ?? data.balance.available}
              level={low?.level ?? "enough"}
            />
            <p className="credits:text-muted">
              {formatCredits(data.usage.credits)} used since {formatDay(data.usage.since, "UTC")}
              {data.caps.monthly_spend_cap !== null &&
                `; the limit is ${formatCredits(data.caps.monthly_spend_cap)} a month`}
              .
            </p>
            <a
              className={`${buttonLook("secondary")} credits:mt-auto credits:self-start`}
              href={buyHref}
            >
              Buy credits
            </a>
          </div>
        )}
      </Answer>
    </Card>
  );
}
