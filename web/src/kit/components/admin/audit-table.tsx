import { inWords } from "../../format";
import type { AuditEntry } from "../../services/admin";
import { Table } from "../../ui/table";
import { type AccountHref, AccountLink, Actor } from "./account-link";
import { AuditChanges } from "./audit-changes";
import { When } from "./when";

/** What `AuditTable` takes. */
export interface AuditTableProps {
  entries: readonly AuditEntry[];
  accountHref: AccountHref;
  /** On the page of one account, whose account it is needs no word. */
  isOfOneAccount?: boolean;
}

/** Acts of administrators: who did what, why, and what it changed. */
export function AuditTable({ entries, accountHref, isOfOneAccount = false }: AuditTableProps) {
  const account = {
    heading: "Account",
    cell: (entry: AuditEntry) =>
      entry.account_id ? (
        <AccountLink accountId={entry.account_id} accountHref={accountHref} />
      ) : (
        "—"
      ),
  };
  return (
    <Table
      caption="Acts of administrators, the latest first"
      rows={entries}
      rowKey={(entry) => entry.id}
      empty="No administrator has done anything here."
      columns={[
        { heading: "When", cell: (entry) => <When at={entry.created_at} /> },
        {
          heading: "Who",
          isShort: true,
          cell: (entry) => <Actor actor={entry.actor} accountHref={accountHref} />,
        },
        { heading: "Act", isShort: true, cell: (entry) => inWords(entry.act) },
        ...(isOfOneAccount ? [] : [account]),
        {
          heading: "Reason",
          cell: (entry) => (
            <span className="credits:block credits:min-w-40">{entry.reason ?? "—"}</span>
          ),
        },
        {
          heading: "Changes",
          cell: (entry) => <AuditChanges before={entry.before} after={entry.after} />,
        },
      ]}
    />
  );
}
