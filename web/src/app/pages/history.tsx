import { TransactionTable } from "../../kit";
import { Page } from "../page";

/** All that came and went. */
export function History() {
  return (
    <Page title="History">
      <TransactionTable />
    </Page>
  );
}
