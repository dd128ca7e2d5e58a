import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { catalogService } from "../services/catalog";
import { creditsService } from "../services/credits";

/** Whether a use could be paid now. */
export interface CreditCheckAnswer {
  isEnough: boolean;
  /** What it costs, in credits. */
  needed: number;
  available: number;
}

/** Checks before a use; advice, for the charge decides. */
export function useCreditCheck(service: string, quantity: number) {
  const { client, accountId } = useCreditsClient();
  return useQuery({
    queryKey: ["credits", accountId, "check", service, quantity],
    queryFn: async ({ signal }): Promise<CreditCheckAnswer> => {
      const asked = client.until(signal);
      const [isEnough, needed, balance] = await Promise.all([
        creditsService.hasEnoughCredits(asked, accountId, service, quantity),
        catalogService.priceUse(asked, service, quantity),
        creditsService.getBalance(asked, accountId),
      ]);
      return { isEnough, needed, available: balance.available };
    },
    staleTime: 0,
  });
}
