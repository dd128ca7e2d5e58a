/** What is for sale: the same for everybody, and seldom another. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import {
  catalogService,
  type Package,
  type Plan,
  type Price,
  type Rate,
} from "../services/catalog";

const STALE_MS = 5 * 60_000;

/** The packs on sale. */
export function usePackages(): UseQueryResult<Package[]> {
  const { client } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-catalog", "packages"],
    queryFn: ({ signal }) => catalogService.listPackages(client.until(signal)),
    staleTime: STALE_MS,
  });
}

/** The plans. */
export function usePlans(): UseQueryResult<Plan[]> {
  const { client } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-catalog", "plans"],
    queryFn: ({ signal }) => catalogService.listPlans(client.until(signal)),
    staleTime: STALE_MS,
  });
}

/** What one credit costs when so many are bought, where they are sold by number: undefined asks nothing. */
export function useRate(quantity: number | undefined): UseQueryResult<Rate> {
  const { client } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-catalog", "rate", quantity],
    queryFn: ({ signal }) => catalogService.getRate(client.until(signal), quantity ?? 1),
    enabled: quantity !== undefined,
    staleTime: STALE_MS,
  });
}

/** What each service costs, a row a component. */
export function usePrices(): UseQueryResult<Price[]> {
  const { client } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-catalog", "prices"],
    queryFn: ({ signal }) => catalogService.listPrices(client.until(signal)),
    staleTime: STALE_MS,
  });
}
