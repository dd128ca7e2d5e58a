import { expect, test } from "vitest";
import { FakeSupabase } from "../../test/fake-supabase";
import { ACCOUNT } from "../../test/samples";
import { CreditsClient } from "../client";
import { adminService, PAGE_SIZE } from "./admin";

test("every list is asked for in pages of as many rows as its reader counts on", async () => {
  const fake = new FakeSupabase();
  const client = new CreditsClient({ supabase: fake.supabase });
  await Promise.allSettled([
    adminService.listAccounts(client, {}),
    adminService.listTransactions(client, { account_id: ACCOUNT }),
    adminService.listDisputes(client, {}),
    adminService.listPromotions(client, null),
    adminService.listAudit(client, {}),
  ]);
  const sizes = fake.calls.map(({ args }) => (args as { page_size?: number }).page_size);
  expect(sizes).toEqual(Array(5).fill(PAGE_SIZE));
});
