import { CostEstimator } from "../../kit/components/cost-estimator";
import { PlanFeatures } from "../../kit/components/plan-features";
import { PriceTable } from "../../kit/components/price-table";
import { Page } from "../page";

/** What uses cost, what the plans have, and an estimate of one's own. */
export function UsageGuide() {
  return (
    <Page title="Usage guide">
      <CostEstimator buyHref="/buy" />
      <PriceTable />
      <PlanFeatures />
    </Page>
  );
}
