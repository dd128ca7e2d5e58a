import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Caller } from "../../client";
import { useCreditsClient } from "../../provider";

/** Reads what only administrators may; its key is told apart by what it is and its parameters. */
export function useAdminQuery<Data>(
  key: readonly unknown[],
  load: (client: Caller) => Promise<Data>,
): UseQueryResult<Data> {
  const { client } = useCreditsClient();
  return useQuery({
    queryKey: ["credits-admin", ...key],
    queryFn: ({ signal }) => load(client.until(signal)),
  });
}
