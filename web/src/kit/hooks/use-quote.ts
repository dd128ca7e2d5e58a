import { keepPreviousData, skipToken, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { catalogService, type Quote } from "../services/catalog";
import type { Purchase } from "../services/credits";

const FRESH_MS = 60_000;

/**
 * What a purchase costs, line by line.
 *
 * With a code it is asked once, for a wrong code is counted: set the code when it is complete, not
 * at each letter. Without one it is asked again when it is older than a minute.
 *
 * @param wanted null while nothing is chosen.
 */
export function useQuote(wanted: Purchase | null): UseQueryResult<Quote> {
  const { client, accountId } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-quote", accountId, wanted],
    queryFn: wanted
      ? () => catalogService.getQuote(client, accountId, wanted) // to the end: a code was counted
      : skipToken,
    placeholderData: keepPreviousData,
    staleTime: wanted?.promotionCode ? Number.POSITIVE_INFINITY : FRESH_MS,
    refetchInterval: wanted?.promotionCode ? false : FRESH_MS,
  });
}
