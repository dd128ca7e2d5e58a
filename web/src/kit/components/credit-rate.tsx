import { formatCredits, formatRate, inCredits } from "../format";
import { useRate } from "../hooks/use-catalog";
import { type QuantityBounds, useQuantityBounds } from "../hooks/use-quantity-bounds";
import { useCreditsClient } from "../provider";
import { Answer } from "../ui/answer";
import { buttonLook } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/notes";

const HEIGHT = "9rem";

/** What `CreditRate` takes. */
export interface CreditRateProps {
  /** Where a number of credits is bought. */
  buyHref: string;
  /** Where a visitor signs in: what a number of credits costs is told to users only. */
  signInHref?: string;
}

/** What a credit costs where no packs are on sale and credits are sold by number; a way to buy. */
export function CreditRate({ buyHref, signInHref }: CreditRateProps) {
  if (signInHref !== undefined) {
    return (
      <Card className="credits:flex credits:flex-col credits:items-start credits:gap-3 credits:text-sm">
        <p className="credits:m-0">What credits cost is told when you are signed in.</p>
        <a className={buttonLook("primary")} href={signInHref}>
          Sign in to buy credits
        </a>
      </Card>
    );
  }
  return <OwnRate buyHref={buyHref} />;
}

function OwnRate({ buyHref }: { buyHref: string }) {
  return (
    <Answer query={useQuantityBounds()} height={HEIGHT}>
      {(bounds) =>
        bounds ? <Rates bounds={bounds} buyHref={buyHref} /> : <Empty>No packs are on sale.</Empty>
      }
    </Answer>
  );
}

function Rates({ bounds, buyHref }: { bounds: QuantityBounds; buyHref: string }) {
  const { minimum, maximum } = bounds;
  const { accountId } = useCreditsClient();
  const least = useRate(minimum);
  const most = useRate(maximum);
  return (
    <Answer query={least} isWaiting={most.isPending} height={HEIGHT}>
      {({ price_per_credit, currency }) => (
        <Card className="credits:flex credits:flex-col credits:items-start credits:gap-3">
          <p className="credits:m-0">
            <span className="credits:text-3xl credits:font-semibold credits:tabular-nums">
              {formatRate(price_per_credit, currency)}
            </span>{" "}
            <span className="credits:text-sm credits:text-muted">
              a credit{accountId !== null && ", with your own plan"}
            </span>
          </p>
          <p className="credits:text-sm credits:text-muted credits:tabular-nums">
            From {formatCredits(minimum)} to {inCredits(maximum)} at a time
            {most.data &&
              most.data.price_per_credit < price_per_credit &&
              `, down to ${formatRate(most.data.price_per_credit, currency)} a credit`}
            .
          </p>
          <a className={buttonLook("primary")} href={buyHref}>
            Buy credits
          </a>
        </Card>
      )}
    </Answer>
  );
}
