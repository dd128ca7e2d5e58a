import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { billingService } from "../services/billing";
import { useMayManage } from "./use-may-manage";
import { useWrite } from "./use-write";

/**
 * Below which balance the owner is told; refused to who does not manage the account.
 *
 * Returns
 *   alerts  the threshold, as a query.
 *   save    sets it, in credits, as a mutation: 0 for nothing left, null for the default.
 */
export function useAlerts() {
  const { client, accountId } = useCreditsClient();
  return {
    alerts: useQuery({
      queryKey: ["credits", accountId, "alerts"],
      queryFn: ({ signal }) => billingService.getAlerts(client.until(signal), accountId),
      enabled: useMayManage() ?? false,
    }),
    save: useWrite((lowBalance: number | null) =>
      billingService.setAlerts(client, accountId, lowBalance),
    ),
  };
}
