import type { AccountStatus } from "../../database";
import { formatCredits } from "../../format";
import { useAdminAccounts } from "../../hooks/admin/use-accounts";
import { Answer } from "../../ui/answer";
import { State } from "../../ui/state";
import { Table } from "../../ui/table";
import { ACCOUNT_KINDS, ACCOUNT_STATUSES } from "../../words";
import { type AccountHref, AccountLink } from "./account-link";
import { More } from "./more";
import { When } from "./when";

/** What `AccountTable` takes. */
export interface AccountTableProps {
  /** A part of an address, a name or an external id, or the start of an id. */
  search: string;
  status: AccountStatus | null;
  accountHref: AccountHref;
}

/** The accounts that are found, the newest first. */
export function AccountTable({ search, status, accountHref }: AccountTableProps) {
  const pages = useAdminAccounts({ search: search || null, status });
  return (
    <Answer query={pages} height="30rem">
      {(accounts) => (
        <>
          <Table
            caption="Accounts"
            rows={accounts}
            rowKey={(account) => account.account_id}
            empty={
              search || status
                ? "No account fits. Search for less, or in all statuses."
                : "There is no account yet: the first user who signs up has one."
            }
            columns={[
              {
                heading: "Account",
                cell: (account) => (
                  <div className="credits:flex credits:min-w-44 credits:flex-col">
                    <AccountLink accountId={account.account_id} accountHref={accountHref}>
                      {account.email ?? account.name ?? account.external_id}
                    </AccountLink>
                    <span className="credits:text-xs credits:text-muted">
                      {ACCOUNT_KINDS[account.kind].label}
                      {account.email && account.name ? ` · ${account.name}` : ""}
                    </span>
                  </div>
                ),
              },
              {
                heading: "Status",
                cell: (account) => <State word={ACCOUNT_STATUSES[account.status]} />,
              },
              { heading: "Plan", isShort: true, cell: (account) => account.plan ?? "none" },
              {
                heading: "Available",
                isNumber: true,
                cell: (account) => formatCredits(account.available),
              },
              { heading: "Held", isNumber: true, cell: (account) => formatCredits(account.held) },
              { heading: "Owed", isNumber: true, cell: (account) => formatCredits(account.debt) },
              {
                heading: "Used in all",
                isNumber: true,
                cell: (account) => formatCredits(account.total_spent),
              },
              {
                heading: "Since",
                isNumber: true,
                cell: (account) => <When at={account.created_at} isDay />,
              },
            ]}
          />
          <More pages={pages} />
        </>
      )}
    </Answer>
  );
}
