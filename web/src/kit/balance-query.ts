/** The query of a balance: one, whoever asks for it. */
import { queryOptions } from "@tanstack/react-query";
import type { AccountId, CreditsClient } from "./client";
import { creditsService } from "./services/credits";

/** What TanStack Query takes to ask what an account holds. */
export function balanceQuery(client: CreditsClient, accountId: AccountId) {
  return queryOptions({
    queryKey: ["credits", accountId, "balance"],
    queryFn: ({ signal }) => creditsService.getBalance(client.until(signal), accountId),
  });
}
