/** Where the pages of administrators are. */
export const DISPUTES = "/admin/disputes";
export const ACTS = "/admin/acts";
export const ACCOUNTS = "/admin/accounts";

/** The page of an account. */
export function accountHref(accountId: string): string {
  return `${ACCOUNTS}/${encodeURIComponent(accountId)}`;
}
