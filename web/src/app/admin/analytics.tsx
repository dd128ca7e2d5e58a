import { FigureCards, PeriodReports, RevenueChart } from "../../kit/admin";
import { Page } from "../page";
import { ACTS, accountHref, DISPUTES } from "./places";

/** How the business goes. */
export function Analytics() {
  return (
    <Page title="Analytics">
      <FigureCards disputesHref={DISPUTES} actsHref={ACTS} />
      <RevenueChart />
      <PeriodReports accountHref={accountHref} />
    </Page>
  );
}
