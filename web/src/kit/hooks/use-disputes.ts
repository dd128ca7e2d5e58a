import { useQuery } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { type Complaint, disputesService } from "../services/disputes";
import { useWrite } from "./use-write";

/** The disputes of one's own accounts, to file one, and to withdraw one. */
export function useDisputes() {
  const { client } = useCreditsClient();
  return {
    disputes: useQuery({
      queryKey: ["credits", null, "disputes"],
      queryFn: ({ signal }) => disputesService.listDisputes(client.until(signal)),
    }),
    submit: useWrite((complaint: Complaint) => disputesService.submitDispute(client, complaint)),
    withdraw: useWrite((disputeId: string) => disputesService.withdrawDispute(client, disputeId)),
  };
}
