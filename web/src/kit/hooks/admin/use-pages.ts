import { useInfiniteQuery } from "@tanstack/react-query";
import type { Caller } from "../../client";
import { useCreditsClient } from "../../provider";
import { PAGE_SIZE } from "../../services/admin";

/** A list that is read a page at a time. */
export interface Pages<Row> {
  /** The rows that are read so far; undefined while the first page loads. */
  data: Row[] | undefined;
  error: unknown;
  refetch: () => unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  showMore: () => void;
}

/** Behind which row a page begins. */
interface Place<Row> {
  last: Row | null;
}

/**
 * Reads a list of administrators a page at a time, each from the last row of the one before.
 *
 * @param key what the list is, and its filter.
 * @param load reads the page behind a row: null for the first one.
 */
export function usePages<Row>(
  key: readonly unknown[],
  load: (client: Caller, last: Row | null) => Promise<Row[]>,
): Pages<Row> {
  const { client } = useCreditsClient();
  const query = useInfiniteQuery({
    queryKey: ["credits-admin", ...key],
    queryFn: ({ pageParam, signal }) => load(client.until(signal), pageParam.last),
    initialPageParam: { last: null } as Place<Row>,
    getNextPageParam: (page): Place<Row> | undefined => {
      const last = page.at(-1);
      return page.length < PAGE_SIZE || last === undefined ? undefined : { last };
    },
    select: ({ pages }) => pages.flat(),
  });
  return {
    data: query.data,
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    showMore: () => void query.fetchNextPage(),
  };
}
