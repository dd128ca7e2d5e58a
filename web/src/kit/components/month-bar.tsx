import { formatCredits } from "../format";
import type { LowBalance } from "../hooks/use-low-balance";
import type { Summary } from "../services/billing";
import type { Plan } from "../services/catalog";
import { Progress } from "../ui/progress";

interface Share {
  label: string;
  left: number;
  all: number;
  /** What the credits are of, after "250 of 1,000 left of". */
  whole: string;
}

const TONES = { enough: "accent", low: "warn", empty: "bad" } as const;

/**
 * How much is left of the month: of the plan's allowance; without one of the month's limit; without
 * that of what there is and what was used. Nothing where all of it is 0.
 *
 * @param available what can be spent now, in credits.
 */
export function MonthBar(props: {
  summary: Summary;
  plan: Plan | undefined;
  available: number;
  level: LowBalance["level"];
}) {
  const { summary, plan, available, level } = props;
  const { label, left, all, whole } = shareOf(summary, plan, available);
  if (all <= 0) {
    return null;
  }
  const text = `${formatCredits(left)} of ${formatCredits(all)} left of ${whole}`;
  return (
    <div className="credits:flex credits:flex-col credits:gap-1.5">
      <Progress label={label} value={left} maximum={all} text={text} tone={TONES[level]} />
      <p className="credits:text-muted">{text}</p>
    </div>
  );
}

function shareOf(summary: Summary, plan: Plan | undefined, available: number): Share {
  const { grants, caps, usage } = summary;
  if (plan?.monthly_credits && grants) {
    const left = grants.allowance ?? 0;
    const all = Math.max(plan.monthly_credits, left);
    return { label: "Allowance left", left, all, whole: "the month's allowance" };
  }
  if (caps.monthly_spend_cap !== null) {
    const all = caps.monthly_spend_cap;
    const left = caps.left ?? Math.max(all - caps.spent, 0);
    return { label: "Limit left", left, all, whole: "the month's limit" };
  }
  const all = available + usage.credits;
  return { label: "Credits left", left: available, all, whole: "what there was this month" };
}
