import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { balanceQuery } from "../balance-query";
import { useCreditsClient } from "../provider";
import { catalogService, type Estimate, type EstimateRequest } from "../services/catalog";
import { useSettled } from "./use-settled";

/** What `useEstimate` tells. */
export interface EstimateAnswer {
  /** The last estimate, also while the next one is on its way. */
  estimate: Estimate | undefined;
  error: Error | null;
  /** Whether what is shown is not of the present request yet. */
  isPending: boolean;
  retry: () => void;
}

/**
 * What a call would cost, asked when the request has stayed the same for a second. An answer to an
 * earlier request is never shown after a later one's, and a call that nobody waits for is given up.
 * The database says whether the user's own account can afford it; for a team its balance does.
 *
 * @param request null for nothing to estimate.
 */
export function useEstimate(request: EstimateRequest | null, delayMs = 1000): EstimateAnswer {
  const { client, accountId } = useCreditsClient();
  const text = JSON.stringify(request);
  const settled = useSettled(text, delayMs);
  const query = useQuery({
    queryKey: ["credits", accountId, "estimate", settled],
    queryFn: ({ signal }) =>
      catalogService.estimate(client.until(signal), JSON.parse(settled) as EstimateRequest),
    enabled: settled !== "null" && request !== null,
    placeholderData: keepPreviousData,
  });
  const balance = useQuery({
    ...balanceQuery(client, accountId),
    enabled: accountId !== null && query.data !== undefined,
  });
  const isOfTeam = accountId !== null;
  const estimate =
    query.data && isOfTeam ? affordedBy(balance.data?.available, query.data) : query.data;
  return {
    estimate: request ? estimate : undefined,
    error: request && settled === text ? query.error : null,
    isPending: request !== null && (settled !== text || query.isFetching),
    retry: () => void query.refetch(),
  };
}

function affordedBy(available: number | undefined, estimate: Estimate): Estimate {
  return { ...estimate, affordable: available === undefined ? null : estimate.high <= available };
}
