import { useState } from "react";
import { formatCredits, formatMoney, inCredits, inWords } from "../../format";
import { adminService } from "../../services/admin";
import type { AccountDetails, OpenGrant } from "../../services/admin-account";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Table } from "../../ui/table";
import { ActDialog } from "./act-dialog";
import { HISTORY_HELP } from "./credit-dialogs";
import { reportAct } from "./report";
import { When } from "./when";

/** The grants of an account that have credits, in the order in which they are spent. */
export function AccountGrants({ details }: { details: AccountDetails }) {
  const [chosen, setChosen] = useState<OpenGrant | null>(null);
  return (
    <Card title="Grants">
      <Table
        caption="Grants with credits left, in the order in which they are spent"
        rows={details.grants}
        rowKey={(grant) => grant.grant_id}
        empty="No grant has credits left."
        columns={[
          { heading: "Source", isShort: true, cell: (grant) => inWords(grant.source) },
          {
            heading: "Left",
            isNumber: true,
            cell: (grant) => `${formatCredits(grant.credits)} of ${formatCredits(grant.amount)}`,
          },
          {
            heading: "Paid",
            isNumber: true,
            cell: (grant) =>
              grant.paid_cents !== null && grant.currency
                ? formatMoney(grant.paid_cents, grant.currency)
                : "free",
          },
          {
            heading: "Expires",
            cell: (grant) => (grant.expires_at ? <When at={grant.expires_at} isDay /> : "never"),
          },
          { heading: "Given", cell: (grant) => <When at={grant.created_at} isDay /> },
          {
            heading: "Act",
            cell: (grant) => (
              <Button
                aria-label={`Void grant ${grant.grant_id}`}
                kind="danger"
                onClick={() => setChosen(grant)}
              >
                Void
              </Button>
            ),
          },
        ]}
      />
      {chosen && (
        <ActDialog
          title={`Void grant ${chosen.grant_id}`}
          about={`Takes what is left of it, ${inCredits(chosen.credits)}. What is held of it expires when it comes back.`}
          confirm="Void the grant"
          isDanger
          reasonHelp={HISTORY_HELP}
          contents={{ account_id: details.account.account_id }}
          act={(client, reason, key) =>
            adminService.voidGrant(client, {
              account_id: details.account.account_id,
              grant_id: chosen.grant_id,
              reason,
              key,
            })
          }
          report={reportAct}
          onClose={() => setChosen(null)}
        />
      )}
    </Card>
  );
}

/** The credits of an account that are held for calls which are not over. */
export function AccountHolds({ details }: { details: AccountDetails }) {
  return (
    <Card title="Holds">
      <Table
        caption="Open holds"
        rows={details.holds}
        rowKey={(hold) => hold.hold_id}
        empty="Nothing is held."
        columns={[
          { heading: "For", cell: (hold) => hold.service ?? "a call" },
          { heading: "Credits", isNumber: true, cell: (hold) => formatCredits(hold.amount) },
          { heading: "Since", cell: (hold) => <When at={hold.created_at} /> },
          { heading: "Until", cell: (hold) => <When at={hold.expires_at} /> },
          { heading: "Reference", cell: (hold) => hold.reference ?? "—" },
        ]}
      />
    </Card>
  );
}
