import { formatCredits, formatMoney } from "../../format";
import type { AccountDetails } from "../../services/admin-account";
import { Card } from "../../ui/card";
import { State } from "../../ui/state";
import { Table } from "../../ui/table";
import { DISPUTE_REASONS, DISPUTE_STATUSES, MEMBER_ROLES, ORDER_STATUSES } from "../../words";
import { type AccountHref, AccountLink } from "./account-link";
import { When } from "./when";

/** Who may spend for a team. */
export function AccountMembers(props: { details: AccountDetails; accountHref: AccountHref }) {
  return (
    <Card title="Members">
      <Table
        caption="Members of the team"
        rows={props.details.members}
        rowKey={(member) => member.user_id}
        empty="The team has no members any more."
        columns={[
          {
            heading: "User",
            cell: (member) => (
              <AccountLink accountId={member.user_id} accountHref={props.accountHref}>
                {member.email ?? undefined}
              </AccountLink>
            ),
          },
          { heading: "Role", cell: (member) => MEMBER_ROLES[member.role].label },
          {
            heading: "Cap of the month",
            isNumber: true,
            cell: (member) =>
              member.monthly_cap === null ? "none" : formatCredits(member.monthly_cap),
          },
        ]}
      />
    </Card>
  );
}

/** The latest orders of an account. */
export function AccountOrders({ details }: { details: AccountDetails }) {
  return (
    <Card title="Orders">
      <Table
        caption="The latest ten orders"
        rows={details.orders}
        rowKey={(order) => order.id}
        empty="Nothing was ordered."
        columns={[
          { heading: "On", cell: (order) => <When at={order.created_at} isDay /> },
          {
            heading: "Item",
            isShort: true,
            cell: (order) => order.package ?? order.plan ?? "Credits",
          },
          {
            heading: "Total",
            isNumber: true,
            cell: (order) => formatMoney(order.total_cents, order.currency),
          },
          { heading: "Status", cell: (order) => <State word={ORDER_STATUSES[order.status]} /> },
        ]}
      />
    </Card>
  );
}

/** The latest disputes of an account. */
export function AccountDisputes({ details }: { details: AccountDetails }) {
  return (
    <Card title="Disputes">
      <Table
        caption="The latest ten disputes"
        rows={details.disputes}
        rowKey={(dispute) => dispute.id}
        empty="Nothing was disputed."
        columns={[
          { heading: "Filed", cell: (dispute) => <When at={dispute.created_at} isDay /> },
          { heading: "Charge", isNumber: true, cell: (dispute) => dispute.transaction_id },
          {
            heading: "Why",
            isShort: true,
            cell: (dispute) => DISPUTE_REASONS[dispute.reason].label,
          },
          {
            heading: "Came back",
            isNumber: true,
            cell: (dispute) =>
              `${formatCredits(dispute.refunded)} of ${formatCredits(dispute.requested_refund)}`,
          },
          {
            heading: "Status",
            cell: (dispute) => <State word={DISPUTE_STATUSES[dispute.status]} />,
          },
        ]}
      />
    </Card>
  );
}
