import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { rememberCheckout } from "../checkouts";
import { useCreditsClient } from "../provider";
import { billingService, type Cancelled } from "../services/billing";
import { creditsService, type Purchase } from "../services/credits";
import { useWrite } from "./use-write";

const LEAVING_MS = 10_000;

/**
 * Where a checkout is opened; an application that is no browser page gives another one. What has
 * opened it stays busy until that is done.
 */
export const OpenPage = createContext<(url: string) => void | Promise<void>>(leaveFor);

/** Done when this page is shown again, as the browser had kept it; or nothing has come of it. */
function leaveFor(url: string): Promise<void> {
  window.location.assign(url);
  return new Promise((resolve) => {
    window.addEventListener("pageshow", () => resolve(), { once: true });
    setTimeout(resolve, LEAVING_MS);
  });
}

/**
 * The pages of the payment provider, each opened in this window when its address has come.
 *
 * Returns
 *   buy        a pack or a number of credits.
 *   subscribe  a plan, by its code.
 *   portal     card, invoices, changes of the plan.
 *   cancel     ends the subscription when what is paid for ends; opens no page.
 */
export function useCheckout() {
  const { client, accountId } = useCreditsClient();
  const queries = useQueryClient();
  const openPage = useContext(OpenPage);
  return {
    buy: useMutation({
      mutationKey: ["credits"],
      mutationFn: (wanted: Purchase) => creditsService.purchaseCredits(client, accountId, wanted),
      onSuccess: (checkout) => {
        rememberCheckout(checkout);
        return openPage(checkout.url);
      },
      onSettled: (_checkout, error, wanted) =>
        queries.invalidateQueries({
          queryKey: ["credits-quote", accountId, wanted],
          refetchType: error ? "active" : "none",
          exact: true, // of the same pack with another code is nothing new, and asking may count
        }),
    }),
    subscribe: useMutation({
      mutationKey: ["credits"],
      mutationFn: (plan: string) => billingService.subscribe(client, accountId, plan),
      onSuccess: (checkout) => {
        rememberCheckout(checkout);
        return openPage(checkout.url);
      },
    }),
    portal: useMutation({
      mutationKey: ["credits"],
      mutationFn: () => billingService.openPortal(client, accountId),
      onSuccess: ({ url }) => openPage(url),
    }),
    cancel: useWrite<void, Cancelled>(() => billingService.cancelSubscription(client, accountId)),
  };
}
