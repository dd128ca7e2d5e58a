import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { billingService, type UsageFilter, type UsageStat } from "../services/billing";

/** What the account used, by service and time; days are whole days in UTC. */
export function useUsageStats(filter: UsageFilter = {}): UseQueryResult<UsageStat[]> {
  const { client, accountId } = useCreditsClient();
  return useQuery({
    queryKey: ["credits", accountId, "usage", filter],
    queryFn: ({ signal }) => billingService.getUsageStats(client.until(signal), accountId, filter),
  });
}
