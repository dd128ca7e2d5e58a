import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { billingService, type TopupSettings } from "../services/billing";
import { useMayManage } from "./use-may-manage";
import { useWrite } from "./use-write";

/**
 * How the account is topped up by itself.
 *
 * Returns
 *   topup  the settings, as a query.
 *   save   sets them, as a mutation.
 */
export function useAutoTopup() {
  const { client, accountId } = useCreditsClient();
  return {
    topup: useQuery({
      queryKey: ["credits", accountId, "topup"],
      queryFn: ({ signal }) => billingService.getAutoTopup(client.until(signal), accountId),
      enabled: useMayManage() ?? false,
    }),
    save: useWrite((settings: TopupSettings) =>
      billingService.setAutoTopup(client, accountId, settings),
    ),
  };
}
