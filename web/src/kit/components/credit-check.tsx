import type { ReactNode } from "react";
import { formatCredits, inCredits } from "../format";
import { type CreditCheckAnswer, useCreditCheck } from "../hooks/use-credit-check";
import { Answer } from "../ui/answer";
import { Button, buttonLook } from "../ui/button";
import { Note } from "../ui/notes";

/** What `CreditCheck` takes. */
export interface CreditCheckProps {
  /** The service that is about to be used, by its code. */
  usageType: string;
  /** How many units of it. */
  amount: number;
  /** Where credits are bought. */
  buyHref: string;
  /** What the button says that goes on with it, such as "Call". */
  action?: string;
  /** Goes on with it. */
  onProceed: () => void;
  onCancel: () => void;
  /** What is about to be done, in the application's words. */
  children?: ReactNode;
}

/**
 * Stands before something that costs credits: what it costs, and a way on only where there are
 * enough. It is advice; whatever `onProceed` charges may be refused all the same.
 */
export function CreditCheck(props: CreditCheckProps) {
  const { usageType, amount, buyHref, action = "Use the credits" } = props;
  const { onProceed, onCancel, children } = props;
  const query = useCreditCheck(usageType, amount);
  const isEnough = query.data?.isEnough === true;
  return (
    <div className="credits:flex credits:flex-col credits:gap-4">
      {children}
      <Answer query={query} height="4.5rem">
        {(check) => (
          <div className="credits:min-h-18">
            {check.isEnough ? (
              <>
                <p className="credits:text-sm credits:tabular-nums">
                  This costs {inCredits(check.needed)}; you have {formatCredits(check.available)}.
                </p>
                <p className="credits:text-xs credits:text-muted">
                  This is advice: the charge itself decides.
                </p>
              </>
            ) : (
              <Shortage check={check} buyHref={buyHref} />
            )}
          </div>
        )}
      </Answer>
      <div className="credits:flex credits:flex-wrap credits:gap-3">
        <Button kind="primary" disabled={!isEnough} isBusy={query.isLoading} onClick={onProceed}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </div>
  );
}

function Shortage({ check, buyHref }: { check: CreditCheckAnswer; buyHref: string }) {
  const { needed, available } = check;
  if (needed <= available) {
    return (
      <Note tone="warn">
        This needs {inCredits(needed)}. There are {formatCredits(available)}, but a limit of the
        month or a pause of the account is in the way.
      </Note>
    );
  }
  return (
    <Note tone="warn">
      <span>
        This needs {inCredits(needed)}; you have {formatCredits(available)}.
      </span>
      <a className={buttonLook("primary")} href={buyHref}>
        Buy credits
      </a>
    </Note>
  );
}
