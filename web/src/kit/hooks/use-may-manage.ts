import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { mayManage, teamsService } from "../services/teams";

/**
 * Whether the user may buy for the account and see its settings: for their own always, for a team
 * who is its owner or an admin. Undefined until it is known; the database decides.
 */
export function useMayManage(): boolean | undefined {
  const { client, accountId } = useCreditsClient();
  const { data, isPending } = useQuery({
    queryKey: ["credits", null, "accounts"],
    queryFn: ({ signal }) => teamsService.listAccounts(client.until(signal)),
    enabled: accountId !== null,
  });
  if (accountId !== null && isPending) {
    return undefined;
  }
  const role = data?.find((account) => account.account_id === accountId)?.role;
  return accountId === null || role === undefined || mayManage(role);
}
