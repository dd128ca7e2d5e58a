import { useState } from "react";
import type { Purchase } from "../services/credits";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { ManagersOnly } from "../ui/managers-only";
import { PackageCards } from "./package-cards";
import { PurchaseQuote } from "./purchase-quote";
import { QuantityForm } from "./quantity-form";

/** What `PurchaseForm` takes. */
export interface PurchaseFormProps {
  /** The pack that is chosen to begin with, by its code. */
  package?: string | null;
}

/** Packs, or a number of credits where that is sold; the quote of what is chosen; the checkout. */
export function PurchaseForm({ package: first = null }: PurchaseFormProps) {
  const [chosen, setChosen] = useState<Purchase | null>(first ? { package: first } : null);
  const isChosen = (code: string) =>
    chosen !== null && "package" in chosen && chosen.package === code;
  return (
    <ManagersOnly
      height="20rem"
      otherwise="Only owners and admins of a team buy for it. Change to your own account to buy for yourself."
    >
      <div className="credits:grid credits:items-start credits:gap-5 credits:lg:grid-cols-[1fr_20rem]">
        <section aria-label="What to buy" className="credits:flex credits:flex-col credits:gap-3">
          <h2 className="credits:text-base credits:font-semibold">What to buy</h2>
          <PackageCards
            isChosen={({ code }) => isChosen(code)}
            action={({ code, name }) => (
              <Button
                kind={isChosen(code) ? "primary" : "secondary"}
                aria-pressed={isChosen(code)}
                onClick={() => setChosen({ package: code })}
              >
                {isChosen(code) ? "Chosen" : "Choose"}{" "}
                <span className="credits:sr-only">{name}</span>
              </Button>
            )}
            empty={<QuantityForm onChoose={(quantity) => setChosen({ quantity })} />}
          />
        </section>
        <Card title="Your order" className="credits:lg:sticky credits:lg:top-4">
          {chosen ? (
            <PurchaseQuote chosen={chosen} />
          ) : (
            <p className="credits:min-h-40 credits:text-sm credits:text-muted">
              Choose what to buy: its price comes here.
            </p>
          )}
        </Card>
      </div>
    </ManagersOnly>
  );
}
