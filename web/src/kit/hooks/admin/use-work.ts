import type { DisputeStatus } from "../../database";
import { type AuditEntry, type AuditFilter, adminService } from "../../services/admin";
import type { Dispute } from "../../services/disputes";
import { useAdminQuery } from "./use-admin-query";
import { usePages } from "./use-pages";

/** The disputes of a status, the longest waiting first; null for all. */
export function useDisputeQueue(status: DisputeStatus | null) {
  return usePages<Dispute>(["disputes", status], (client, last) =>
    adminService.listDisputes(client, { status, before: last?.id ?? null }),
  );
}

/** The acts that wait for a second administrator, the oldest first. */
export function usePendingActs() {
  return useAdminQuery(["acts"], adminService.listPendingActs);
}

/** What administrators did, the latest first. */
export function useAudit(filter: Omit<AuditFilter, "before">) {
  return usePages<AuditEntry>(["audit", filter], (client, last) =>
    adminService.listAudit(client, { ...filter, before: last?.id ?? null }),
  );
}
