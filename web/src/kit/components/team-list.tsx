import { formatCredits } from "../format";
import { useTeams } from "../hooks/use-teams";
import { useCreditsClient } from "../provider";
import type { Account } from "../services/teams";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { State } from "../ui/state";
import { type Column, Table } from "../ui/table";
import { ACCOUNT_STATUSES, MEMBER_ROLES } from "../words";
import type { AccountSwitcherProps } from "./account-switcher";

/** The accounts that one can use, what each holds, and which of them the page is about. */
export function TeamList({ onSwitch }: AccountSwitcherProps) {
  const { accountId } = useCreditsClient();
  const { accounts } = useTeams();
  const isChosen = (account: Account) =>
    account.kind === "team" ? account.account_id === accountId : accountId === null;
  const choice: Column<Account> = {
    heading: "Use",
    isShort: true,
    cell: (account) => (
      <Button
        kind={isChosen(account) ? "quiet" : "secondary"}
        aria-pressed={isChosen(account)}
        onClick={() => onSwitch(account.kind === "team" ? account.account_id : null)}
      >
        {isChosen(account) ? "In use" : "Use"}{" "}
        <span className="credits:sr-only">{nameOf(account)}</span>
      </Button>
    ),
  };
  return (
    <Card title="Your accounts">
      <Answer query={accounts} height="11.5rem">
        {(found) => (
          <div className="credits:min-h-46">
            <Table
              caption="Your accounts and what they hold"
              columns={[...COLUMNS, choice]}
              rows={found}
              rowKey={(account) => account.account_id}
              empty="You have no account yet."
            />
          </div>
        )}
      </Answer>
    </Card>
  );
}

function nameOf(account: Account): string {
  return account.name ?? "Personal";
}

const COLUMNS: readonly Column<Account>[] = [
  {
    heading: "Account",
    cell: (account) => (
      <span className="credits:inline-flex credits:min-w-20 credits:flex-wrap credits:items-center credits:gap-2 credits:wrap-anywhere">
        {nameOf(account)}
        {account.status !== "active" && <State word={ACCOUNT_STATUSES[account.status]} />}
      </span>
    ),
  },
  { heading: "Your role", cell: (account) => MEMBER_ROLES[account.role].label },
  {
    heading: "Credits",
    isNumber: true,
    cell: (account) => formatCredits(account.available),
  },
];
