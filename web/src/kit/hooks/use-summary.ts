import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { billingService, type Summary } from "../services/billing";

/** Balance, grants, usage of the month and caps. */
export function useSummary(): UseQueryResult<Summary> {
  const { client, accountId } = useCreditsClient();
  return useQuery({
    queryKey: ["credits", accountId, "summary"],
    queryFn: ({ signal }) => billingService.getSummary(client.until(signal), accountId),
  });
}
