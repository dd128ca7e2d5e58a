import { useInfiniteQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { billingService } from "../services/billing";

/** The account's orders with their receipts, the latest first, a page at a time. */
export function useOrders(pageSize = 10) {
  const { client, accountId } = useCreditsClient();
  return useInfiniteQuery({
    queryKey: ["credits", accountId, "orders", pageSize],
    queryFn: ({ pageParam, signal }) =>
      billingService.listOrders(client.until(signal), accountId, pageParam, pageSize),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.id),
    select: (data) => data.pages.flat(),
  });
}
