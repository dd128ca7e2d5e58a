import { formatCredits } from "../format";
import { useLowBalance } from "../hooks/use-low-balance";
import { buttonLook } from "../ui/button";
import { Note } from "../ui/notes";

/** What `LowBalanceAlert` takes. */
export interface LowBalanceAlertProps {
  /** Where credits are bought. */
  buyHref: string;
}

/** Says that the credits are low or gone; nothing while there are enough. */
export function LowBalanceAlert({ buyHref }: LowBalanceAlertProps) {
  const low = useLowBalance();
  if (!low || low.level === "enough") {
    return null;
  }
  return (
    <Note tone="warn">
      <span>
        {low.level === "empty"
          ? "There are no credits left."
          : `Credits are low: ${formatCredits(low.available)} left.`}
      </span>
      <a className={buttonLook("secondary")} href={buyHref}>
        Buy credits
      </a>
    </Note>
  );
}
