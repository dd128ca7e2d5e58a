import type { ReactNode } from "react";
import { CreditRate } from "../../kit/components/credit-rate";
import { EnterpriseContact } from "../../kit/components/enterprise-contact";
import { PackageCards } from "../../kit/components/package-cards";
import { PlanCards } from "../../kit/components/plan-cards";
import { Page } from "../page";
import { useSession } from "../session";

/** What plans and packs cost, and a form for more; open to visitors. */
export function Pricing() {
  const { session } = useSession();
  const signIn = session ? {} : { signInHref: "/sign-in" };
  return (
    <Page title="Pricing">
      <Part title="Plans">
        <PlanCards {...signIn} />
      </Part>
      <Part title="Credits">
        <p className="credits:-mt-2 credits:text-sm credits:text-muted">
          Credits that you buy once, besides any plan.
        </p>
        <PackageCards {...signIn} empty={<CreditRate buyHref="/buy" {...signIn} />} />
      </Part>
      <div id="contact" className="credits:scroll-mt-4">
        <EnterpriseContact />
      </div>
    </Page>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="credits:flex credits:flex-col credits:gap-4">
      <h2 className="credits:text-lg credits:font-semibold">{title}</h2>
      {children}
    </section>
  );
}
