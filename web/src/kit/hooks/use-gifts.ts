import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { giftsService, type NewGift } from "../services/gifts";
import { useWrite } from "./use-write";

/** The gifts that one has sent and been sent, to send one, and to accept or cancel one. */
export function useGifts() {
  const { client } = useCreditsClient();
  return {
    gifts: useQuery({
      queryKey: ["credits", null, "gifts"],
      queryFn: ({ signal }) => giftsService.listGifts(client.until(signal)),
    }),
    send: useWrite((gift: NewGift) => giftsService.sendGift(client, gift)),
    accept: useWrite((giftId: string) => giftsService.acceptGift(client, giftId)),
    cancel: useWrite((giftId: string) => giftsService.cancelGift(client, giftId)),
  };
}
