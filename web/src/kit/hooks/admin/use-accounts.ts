import {
  type AccountFilter,
  type AdminAccount,
  type AdminHistoryFilter,
  adminService,
} from "../../services/admin";
import type { Transaction } from "../../services/credits";
import { useAdminQuery } from "./use-admin-query";
import { usePages } from "./use-pages";

/** The accounts that a search and a status find, the newest first. */
export function useAdminAccounts(filter: Omit<AccountFilter, "before">) {
  return usePages<AdminAccount>(["accounts", filter], (client, last) =>
    adminService.listAccounts(client, { ...filter, before: last?.account_id ?? null }),
  );
}

/** All there is to know of an account. */
export function useAdminAccount(accountId: string) {
  return useAdminQuery(["account", accountId], (client) =>
    adminService.getAccount(client, accountId),
  );
}

/** The history of any account, the newest first. */
export function useAdminTransactions(filter: Omit<AdminHistoryFilter, "before">) {
  return usePages<Transaction>(["transactions", filter], (client, last) =>
    adminService.listTransactions(client, { ...filter, before: last?.id ?? null }),
  );
}
