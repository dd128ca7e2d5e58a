import { useAdminAccount } from "../../hooks/admin/use-accounts";
import { Answer } from "../../ui/answer";
import { Card } from "../../ui/card";
import { AccountActs } from "./account-acts";
import { AccountFacts, AccountLimits } from "./account-facts";
import { AccountGrants, AccountHolds } from "./account-holdings";
import type { AccountHref } from "./account-link";
import { AccountDisputes, AccountMembers, AccountOrders } from "./account-records";
import { AccountTransactions } from "./account-transactions";
import { AuditTable } from "./audit-table";

/** What `AccountPage` takes. */
export interface AccountPageProps {
  accountId: string;
  accountHref: AccountHref;
}

/** All there is to know of an account, and all that an administrator can do with it. */
export function AccountPage({ accountId, accountHref }: AccountPageProps) {
  return (
    <Answer query={useAdminAccount(accountId)} height="100rem">
      {(details) => (
        <div className="credits:flex credits:flex-col credits:gap-4">
          <AccountFacts details={details} accountHref={accountHref} />
          <AccountActs account={details.account} />
          <AccountGrants details={details} />
          <AccountHolds details={details} />
          <div className="credits:grid credits:gap-4 credits:*:min-w-0 credits:lg:grid-cols-2">
            <AccountLimits details={details} />
            <AccountOrders details={details} />
          </div>
          {details.account.kind === "team" && (
            <AccountMembers details={details} accountHref={accountHref} />
          )}
          <AccountDisputes details={details} />
          <Card title="Acts of administrators">
            <AuditTable entries={details.audit} accountHref={accountHref} isOfOneAccount />
          </Card>
          <AccountTransactions
            accountId={accountId}
            isClosed={details.account.status === "closed"}
          />
        </div>
      )}
    </Answer>
  );
}
