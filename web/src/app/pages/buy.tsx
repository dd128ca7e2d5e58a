import { useSearchParams } from "react-router";
import { PurchaseForm } from "../../kit/components/purchase-form";
import { Page } from "../page";

/** Buys credits; `?package=` chooses a pack to begin with. */
export function Buy() {
  const [params] = useSearchParams();
  return (
    <Page title="Buy credits">
      <PurchaseForm package={params.get("package")} />
    </Page>
  );
}
