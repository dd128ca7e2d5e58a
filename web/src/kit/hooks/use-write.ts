import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * A write, after which everything about credits is asked for again: it is busy until the page shows
 * what the database says.
 */
export function useWrite<Input, Result>(
  write: (input: Input) => Promise<Result>,
): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: ["credits"],
    mutationFn: write,
    onSettled: () => queries.invalidateQueries({ queryKey: ["credits"] }),
  });
}
