import { AuditLog } from "../../kit/admin";
import { Page } from "../page";
import { accountHref } from "./places";

/** What administrators did. */
export function Audit() {
  return (
    <Page title="Audit">
      <AuditLog accountHref={accountHref} />
    </Page>
  );
}
