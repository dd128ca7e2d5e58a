import type { ReactNode } from "react";

/** Where the page of an account is. */
export type AccountHref = (accountId: string) => string;

/** What `AccountLink` takes. */
export interface AccountLinkProps {
  accountId: string;
  accountHref: AccountHref;
  /** What it says; without it the beginning of the id. */
  children?: ReactNode;
}

/** A link to the page of an account. */
export function AccountLink({ accountId, accountHref, children }: AccountLinkProps) {
  return (
    <a
      href={accountHref(accountId)}
      className="credits:text-accent credits:underline credits:underline-offset-2"
    >
      {children ?? <code>{accountId.slice(0, 8)}</code>}
    </a>
  );
}

const USER = "user:";

/** Who did something: a user, as a link to the own account of that user, or a role of the database. */
export function Actor({ actor, accountHref }: { actor: string; accountHref: AccountHref }) {
  if (!actor.startsWith(USER)) {
    return <code>{actor}</code>;
  }
  const id = actor.slice(USER.length);
  return (
    <AccountLink accountId={id} accountHref={accountHref}>
      User {id.slice(0, 8)}
    </AccountLink>
  );
}
