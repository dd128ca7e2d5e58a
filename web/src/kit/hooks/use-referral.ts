import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { giftsService } from "../services/gifts";
import { useWrite } from "./use-write";

/** One's referral code, and to say whose code brought one here. */
export function useReferral() {
  const { client } = useCreditsClient();
  return {
    referral: useQuery({
      queryKey: ["credits", null, "referral"],
      queryFn: ({ signal }) => giftsService.getReferral(client.until(signal)),
    }),
    claim: useWrite((code: string) => giftsService.claimReferral(client, code)),
  };
}

/** Turns a code into credits of the account that is meant. */
export function useRedeemCode() {
  const { client, accountId } = useCreditsClient();
  return useWrite((code: string) => giftsService.redeemCode(client, accountId, code));
}
