import type { ReactNode } from "react";
import { formatCredits, formatMoney, formatRate, formatShare, inCredits } from "../format";
import { usePackages } from "../hooks/use-catalog";
import { useCheckout } from "../hooks/use-checkout";
import { useMayManage } from "../hooks/use-may-manage";
import { type Package, readTexts } from "../services/catalog";
import { Answer } from "../ui/answer";
import { Button, buttonLook } from "../ui/button";
import { Badge, Empty, Failure } from "../ui/notes";
import { Features, Offer, Offers, OffersPlace } from "../ui/offer";

/** What `PackageCards` takes. */
export interface PackageCardsProps {
  /** Where a visitor signs in to buy: a link takes the place of the button. */
  signInHref?: string;
  /** What stands below a pack in place of the button that opens its checkout. */
  action?: (pack: Package) => ReactNode;
  /** Which pack is marked. */
  isChosen?: (pack: Package) => boolean;
  /** How many packs there are: for so many a place is held while they are loaded. */
  expected?: number;
  /** What stands there where there are none. */
  empty?: ReactNode;
}

/** The packs on sale: price, bonus, savings, and a button that opens the checkout. */
export function PackageCards({
  signInHref,
  action,
  isChosen,
  expected = 3,
  empty = <Empty>No packs are on sale.</Empty>,
}: PackageCardsProps) {
  const query = usePackages();
  const mayBuy = useMayManage();
  const { buy } = useCheckout();
  const isBuying = ({ code }: Package) =>
    buy.isPending && "package" in buy.variables && buy.variables.package === code;
  function choose(pack: Package): ReactNode {
    if (action) {
      return action(pack);
    }
    if (signInHref !== undefined) {
      return (
        <a className={buttonLook("primary")} href={signInHref}>
          Sign in to buy {pack.name}
        </a>
      );
    }
    if (mayBuy === false) {
      return null;
    }
    return (
      <Button
        kind="primary"
        isBusy={isBuying(pack)}
        disabled={buy.isPending && !isBuying(pack)}
        onClick={() => buy.mutate({ package: pack.code })}
      >
        Buy {pack.name}
      </Button>
    );
  }
  return (
    <div className="credits:flex credits:flex-col credits:gap-3">
      {buy.error && <Failure error={buy.error} />}
      <Answer query={query} place={<OffersPlace count={expected} />}>
        {(packs) =>
          packs.length === 0 ? (
            empty
          ) : (
            <Offers>
              {packs.map((pack) => (
                <PackageCard
                  key={pack.code}
                  pack={pack}
                  isChosen={isChosen?.(pack) ?? false}
                  action={choose(pack)}
                />
              ))}
            </Offers>
          )
        }
      </Answer>
    </div>
  );
}

function PackageCard(props: { pack: Package; isChosen: boolean; action: ReactNode }) {
  const { pack, isChosen, action } = props;
  const all = pack.credits + pack.bonus_credits;
  return (
    <Offer
      title={pack.name}
      badge={
        pack.savings_percent > 0 && (
          <Badge tone="good">Save {formatShare(pack.savings_percent / 100)}</Badge>
        )
      }
      price={formatMoney(pack.price_cents, pack.currency)}
      isMarked={isChosen}
      action={action}
    >
      <p className="credits:text-sm">
        <strong className="credits:tabular-nums">{inCredits(all)}</strong>
        {pack.bonus_credits > 0 && (
          <span className="credits:text-muted">
            {" "}
            with {formatCredits(pack.bonus_credits)} bonus
          </span>
        )}
      </p>
      <p className="credits:text-sm credits:text-muted credits:tabular-nums">
        {formatRate(pack.price_per_credit, pack.currency)} a credit
      </p>
      <Features texts={readTexts(pack.features)} />
    </Offer>
  );
}
