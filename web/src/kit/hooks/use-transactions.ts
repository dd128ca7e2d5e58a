import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCreditsClient } from "../provider";
import { creditsService, type TransactionFilter } from "../services/credits";

/** What of the history is wanted: by type, service and time. */
export type HistoryFilter = Pick<TransactionFilter, "type" | "service" | "since" | "until">;

/**
 * The history a page at a time, the newest first.
 *
 * Returns
 *   query                 the page: while another one loads, the last one stays in `data`.
 *   hasNewer, hasOlder    whether there is a page before or after it.
 *   showNewer, showOlder  go there.
 *
 * @param filter starts at the first page whenever it changes.
 * @param pageSize 1 to 199.
 */
export function useTransactions(filter: HistoryFilter = {}, pageSize = 20) {
  const { client, accountId } = useCreditsClient();
  const book = JSON.stringify([accountId, filter, pageSize]);
  const [place, setPlace] = useState<Place>({ book, cursors: [] });
  const cursors = place.book === book ? place.cursors : [];
  const before = cursors.at(-1) ?? null;
  const query = useQuery({
    queryKey: ["credits", accountId, "transactions", filter, pageSize, before],
    // One more than is shown tells whether there is another page.
    queryFn: async ({ signal }) => {
      const wanted = { ...filter, before, pageSize: pageSize + 1 };
      const found = await creditsService.listTransactions(client.until(signal), accountId, wanted);
      return { rows: found.slice(0, pageSize), hasOlder: found.length > pageSize };
    },
    placeholderData: (shown, last) =>
      last?.queryKey[1] === accountId ? keepPreviousData(shown) : undefined,
  });
  const oldest = query.data?.rows.at(-1)?.id;
  return {
    query,
    hasNewer: cursors.length > 0,
    hasOlder: query.data?.hasOlder ?? false,
    showNewer: () => setPlace({ book, cursors: cursors.slice(0, -1) }),
    showOlder: () => {
      if (oldest !== undefined) {
        setPlace({ book, cursors: [...cursors, oldest] });
      }
    },
  };
}

/** The ids after which the pages begin, of one account and filter. */
interface Place {
  book: string;
  cursors: number[];
}
