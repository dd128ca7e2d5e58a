import {
  formatCredits,
  formatDay,
  formatMoney,
  formatSigned,
  formatTime,
  inWords,
} from "../../format";
import { usePackages, usePlans } from "../../hooks/use-catalog";
import type { AccountDetails } from "../../services/admin-account";
import { Card } from "../../ui/card";
import { Note } from "../../ui/notes";
import { State } from "../../ui/state";
import { ACCOUNT_KINDS, ACCOUNT_STATUSES } from "../../words";
import { type AccountHref, AccountLink, Actor } from "./account-link";
import { Facts } from "./facts";

/** What the parts of an account's page take. */
export interface AccountPartProps {
  details: AccountDetails;
  accountHref: AccountHref;
}

/** Who an account is, its balance, and why it is paused or closed. */
export function AccountFacts({ details, accountHref }: AccountPartProps) {
  const { account, status } = details;
  return (
    <Card
      title={account.email ?? account.name ?? account.external_id ?? "Account"}
      action={<State word={ACCOUNT_STATUSES[account.status]} />}
    >
      <div className="credits:flex credits:flex-col credits:gap-4">
        {account.status !== "active" && status.reason && (
          <Note tone="warn">
            <span>
              {ACCOUNT_STATUSES[account.status].label}: {status.reason}
              {status.changed_by && (
                <>
                  {" "}
                  — <Actor actor={status.changed_by} accountHref={accountHref} />
                </>
              )}
              {status.changed_at && `, ${formatTime(status.changed_at)}`}
            </span>
          </Note>
        )}
        <p className="credits:text-sm">{withSeparators(details.sentence)}</p>
        <Facts
          facts={[
            ["Available", <strong key="available">{formatCredits(account.available)}</strong>],
            ["Balance", formatCredits(account.balance)],
            ["Held", formatCredits(account.held)],
            ["Owed", formatCredits(account.debt)],
            ["Bought in all", formatCredits(account.total_purchased)],
            ["Used in all", formatCredits(account.total_spent)],
            ["Next expiry", nextExpiryOf(details)],
            ["Kind", ACCOUNT_KINDS[account.kind].label],
            ["Name", account.name],
            ["External id", account.external_id],
            ["Since", formatDay(account.created_at)],
            ["Last change", account.last_transaction_at && formatTime(account.last_transaction_at)],
            [
              "Owner",
              account.owner_id && account.owner_id !== account.account_id ? (
                <AccountLink key="owner" accountId={account.owner_id} accountHref={accountHref} />
              ) : null,
            ],
          ]}
        />
        <p className="credits:text-xs credits:break-all credits:text-muted">
          Id <code>{account.account_id}</code>
        </p>
      </div>
    </Card>
  );
}

/** When credits expire next; `next_expiry_at` is when the ledger looks again, for holds as well. */
function nextExpiryOf({ grants }: AccountDetails): string | null {
  const times = grants.flatMap(({ expires_at }) => (expires_at ? [Date.parse(expires_at)] : []));
  return times.length > 0 ? formatTime(new Date(Math.min(...times)).toISOString()) : null;
}

/** A sentence of the database with its numbers as the browser's language writes them. */
function withSeparators(sentence: string): string {
  return sentence.replaceAll(/\d+(\.\d+)?/g, (number) => formatCredits(Number(number)));
}

/** The plan of an account, its limits, and what came and went by type. */
export function AccountLimits({ details }: Pick<AccountPartProps, "details">) {
  const { account, caps, subscription } = details;
  const packs = usePackages().data ?? [];
  const plans = usePlans().data ?? [];
  const currency = [...packs, ...plans, ...details.orders][0]?.currency ?? null;
  return (
    <Card title="Plan and limits">
      <div className="credits:flex credits:flex-col credits:gap-4">
        <Facts
          facts={[
            ["Plan", account.plan ?? "none"],
            ["Subscription", subscription ? inWords(subscription.status) : "none"],
            [
              "Next payment",
              subscription?.next_billing_at && formatDay(subscription.next_billing_at),
            ],
            ["Ends", subscription?.cancel_at && formatDay(subscription.cancel_at)],
            ["Trial until", subscription?.trial_end_at && formatDay(subscription.trial_end_at)],
            [
              "Spent this month",
              caps.monthly_spend_cap === null
                ? `${formatCredits(caps.spent)}, no cap`
                : `${formatCredits(caps.spent)} of ${formatCredits(caps.monthly_spend_cap)}`,
            ],
            [
              "Paid this month",
              caps.monthly_purchase_cap_cents === null
                ? `${formatMoney(caps.paid_cents, currency)}, no cap`
                : `${formatMoney(caps.paid_cents, currency)} of ${formatMoney(caps.monthly_purchase_cap_cents, currency)}`,
            ],
            ["Requests a minute", caps.requests_per_minute ?? "no limit"],
            ["Resets on", formatDay(caps.resets_at, "UTC")],
          ]}
        />
        <h3 className="credits:text-sm credits:font-medium">In all, by type</h3>
        <Facts
          facts={Object.entries(details.totals).map(([type, amount]) => [
            inWords(type),
            formatSigned(amount),
          ])}
        />
      </div>
    </Card>
  );
}
