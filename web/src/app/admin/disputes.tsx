import { DisputeQueue } from "../../kit/admin";
import { Page } from "../page";
import { ACTS, accountHref } from "./places";

/** The disputes of charges. */
export function AdminDisputes() {
  return (
    <Page title="Dispute queue">
      <DisputeQueue accountHref={accountHref} actsHref={ACTS} />
    </Page>
  );
}
