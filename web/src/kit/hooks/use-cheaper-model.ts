import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { catalogService } from "../services/catalog";

/**
 * The cheapest affordable model for a prompt that another one is too dear for. None is found for a
 * team: the database chooses by the user's own balance.
 *
 * @param prompt null while none is looked for.
 * @returns the choice, null where there is none; and whether it is still looked for.
 */
export function useCheaperModel(prompt: string | null) {
  const { client, accountId } = useCreditsClient();
  const isWanted = prompt !== null && accountId === null;
  const query = useQuery({
    queryKey: ["credits", null, "choice", prompt],
    queryFn: ({ signal }) => catalogService.chooseModel(client.until(signal), prompt ?? ""),
    enabled: isWanted,
  });
  const choice = query.data?.affordable ? query.data : null;
  return { choice: isWanted ? choice : null, isSearching: query.isLoading };
}
