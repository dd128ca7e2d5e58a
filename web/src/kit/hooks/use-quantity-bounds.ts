import { useQuery } from "@tanstack/react-query";
import { CreditsError } from "../errors";
import { useCreditsClient } from "../provider";
import { catalogService } from "../services/catalog";
import { usePackages } from "./use-catalog";

/** The least and the most credits that are sold by number. */
export interface QuantityBounds {
  minimum: number;
  maximum: number;
}

/** No catalog sells so little: the refusal names the bounds. */
const TOO_SMALL = 1e-9;

/**
 * Between which bounds credits are sold by number; null where they are not.
 *
 * It is asked only where the catalog has no packs, for the bounds are learnt from a refusal.
 */
export function useQuantityBounds() {
  const { client, accountId } = useCreditsClient();
  const packs = usePackages().data;
  return useQuery({
    queryKey: ["credits-catalog", "quantity", accountId],
    queryFn: async ({ signal }): Promise<QuantityBounds | null> => {
      try {
        const wanted = { quantity: TOO_SMALL };
        await catalogService.getQuote(client.until(signal), accountId, wanted);
      } catch (error) {
        if (!(error instanceof CreditsError && error.token === "invalid_quantity")) {
          throw error;
        }
        const { minimum, maximum } = error.details;
        if (typeof minimum === "number" && typeof maximum === "number") {
          return { minimum, maximum };
        }
      }
      return null;
    },
    enabled: packs?.length === 0,
    staleTime: 5 * 60_000,
  });
}
