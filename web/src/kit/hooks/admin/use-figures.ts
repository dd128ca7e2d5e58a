import type { Bucket } from "../../database";
import { adminService } from "../../services/admin";
import { useAdminQuery } from "./use-admin-query";

/** The whole system in figures. */
export function useSystemSummary() {
  return useAdminQuery(["summary"], adminService.getSystemSummary);
}

/** What was paid and went back since a time, by day, week, month or year. */
export function useRevenue(bucket: Bucket, since: string) {
  return useAdminQuery(["revenue", bucket, since], (client) =>
    adminService.getRevenue(client, { bucket, since }),
  );
}

/** What all accounts used since a time, by service. */
export function useUsageByService(since: string) {
  return useAdminQuery(["usage", since], (client) =>
    adminService.getUsageByService(client, { since }),
  );
}

/** What the charges of each service earned and cost since a time. */
export function useMargin(since: string) {
  return useAdminQuery(["margin", since], (client) => adminService.getMargin(client, { since }));
}

/** The accounts that used most since a time. */
export function useTopAccounts(since: string) {
  return useAdminQuery(["top-accounts", since], (client) =>
    adminService.listTopAccounts(client, { since }),
  );
}

/** How the disputes that were filed since a time went. */
export function useDisputeStatistics(since: string) {
  return useAdminQuery(["dispute-statistics", since], (client) =>
    adminService.getDisputeStatistics(client, { since }),
  );
}
