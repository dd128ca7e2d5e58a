import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { balanceQuery } from "../balance-query";
import { useCreditsClient } from "../provider";
import type { Balance } from "../services/credits";

/**
 * What the account holds, as it changes: told by Supabase's Realtime where the database broadcasts,
 * and asked for from time to time, when the window is looked at again and after the page's own
 * writes.
 */
export function useLiveBalance(): UseQueryResult<Balance> {
  const { client, accountId } = useCreditsClient();
  return useQuery(balanceQuery(client, accountId));
}
