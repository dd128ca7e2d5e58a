import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { inWords } from "../format";
import { newKey } from "../new-key";
import { useCreditsClient } from "../provider";
import { creditsService, type Purchase, type Use } from "../services/credits";
import { useLiveBalance } from "./use-live-balance";
import { useSummary } from "./use-summary";

/** What a use can be given besides its service and quantity. */
export type UseDetails = Partial<Omit<Use, "service" | "quantity">>;

/**
 * The account's credits and what can be done with them: the hook that most applications need.
 *
 * Returns
 *   balance             what it holds now; undefined while it loads.
 *   summary             balance, grants, usage of the month and caps.
 *   transactionHistory  the newest 20 transactions.
 *   isLoading, error    of the three together.
 *   refreshBalance      asks again now.
 *   purchaseCredits     opens a checkout and gives its address.
 *   hasEnoughCredits    whether a use could be paid now; advice, for another may come first.
 *   use                 charges one use of a service; refused with `insufficient_credits`.
 *   useVoiceCallCredits, useDocumentUploadCredits, useBundleCreationCredits
 *                       the same by the names of a voice-agent catalog: minutes of a call; one
 *                       document, one bundle, of a type that the history names.
 */
export function useCredits() {
  const { client, accountId } = useCreditsClient();
  const queries = useQueryClient();
  const balance = useLiveBalance();
  const summary = useSummary();
  const history = useQuery({
    queryKey: ["credits", accountId, "transactions", "newest"],
    queryFn: ({ signal }) =>
      creditsService.listTransactions(client.until(signal), accountId, { pageSize: 20 }),
  });
  const refreshBalance = useCallback(
    () => queries.invalidateQueries({ queryKey: ["credits", accountId] }),
    [queries, accountId],
  );
  const purchase = useMutation({
    mutationKey: ["credits"],
    mutationFn: (wanted: Purchase) => creditsService.purchaseCredits(client, accountId, wanted),
  });
  const charge = useMutation({
    mutationKey: ["credits"],
    mutationFn: (wanted: Use) => creditsService.use(client, accountId, wanted),
    onSettled: refreshBalance,
  });
  const use = useCallback(
    (service: string, quantity = 1, more: UseDetails = {}) =>
      charge.mutateAsync({ key: newKey(), ...more, service, quantity }),
    [charge.mutateAsync],
  );
  return {
    balance: balance.data,
    summary: summary.data,
    transactionHistory: history.data,
    isLoading: balance.isLoading || summary.isLoading || history.isLoading,
    error: balance.error ?? summary.error ?? history.error,
    refreshBalance,
    purchaseCredits: purchase.mutateAsync,
    hasEnoughCredits: useCallback(
      (service: string, quantity = 1) =>
        creditsService.hasEnoughCredits(client, accountId, service, quantity),
      [client, accountId],
    ),
    use,
    useVoiceCallCredits: useCallback(
      (minutes: number, more?: UseDetails) => use("voice_call", minutes, more),
      [use],
    ),
    useDocumentUploadCredits: useCallback(
      (type?: string, more?: UseDetails) => use(...oneOf("document_upload", type, more)),
      [use],
    ),
    useBundleCreationCredits: useCallback(
      (type?: string, more?: UseDetails) => use(...oneOf("bundle_creation", type, more)),
      [use],
    ),
  };
}

/** A use of one unit, whose type its description tells: "Document upload: pdf". */
function oneOf(service: string, type?: string, more: UseDetails = {}) {
  const description = type === undefined ? {} : { description: `${inWords(service)}: ${type}` };
  return [service, 1, { ...description, ...more }] as const;
}
