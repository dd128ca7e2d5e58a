import { PromotionForm, PromotionTable } from "../../kit/admin";
import { Page } from "../page";

/** The promotions, and a new one. */
export function Promotions() {
  return (
    <Page title="Promotions">
      <PromotionForm />
      <PromotionTable />
    </Page>
  );
}
