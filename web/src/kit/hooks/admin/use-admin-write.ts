import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { CreditsClient } from "../../client";
import { useCreditsClient } from "../../provider";

/** An administrator's write, after which everything about credits is asked for again. */
export function useAdminWrite<Input, Result>(
  write: (client: CreditsClient, input: Input) => Promise<Result>,
): UseMutationResult<Result, Error, Input> {
  const { client } = useCreditsClient();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: ["credits"],
    mutationFn: (input: Input) => write(client, input),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["credits-admin"] });
      void queries.invalidateQueries({ queryKey: ["credits"] });
    },
  });
}
