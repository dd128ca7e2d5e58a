import type { DisputeStatus } from "./database";

/** Whether a dispute still waits for its resolution. */
export function isOpenDispute(status: DisputeStatus): boolean {
  return status === "pending" || status === "under_review";
}
