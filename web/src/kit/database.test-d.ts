/** What must compile with `Database`, and what must not: `tsc` is the test. */
import { createClient } from "@supabase/supabase-js";
import type {
  CreditBalance,
  CreditPlan,
  CreditTransaction,
  CreditTransactionsRow,
  Database,
  DisputeStatus,
  Json,
  TransactionType,
} from "./database";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const supabase = createClient<Database>("http://localhost", "key");

/** Notes that two types are the same; it does not compile where the first is another, or any. */
function same<A, B>(_: Same<A, B>): void {}

/** What comes back from calls and reads. */
export async function right(): Promise<void> {
  const balance = await supabase.rpc("get_credit_balance", { account_id: null }).throwOnError();
  same<typeof balance.data, CreditBalance>(true);
  same<CreditBalance["available"], number>(true);
  same<CreditBalance["plan"], string | null>(true);
  same<CreditBalance["subscription"], Json>(true);

  const page = await supabase.rpc("list_credit_transactions", { type: "spend" }).throwOnError();
  same<typeof page.data, CreditTransaction[]>(true);
  const plans = await supabase.rpc("list_credit_plans").throwOnError();
  same<typeof plans.data, CreditPlan[]>(true);
  const isEnough = await supabase.rpc("has_enough_credits", { service: "query" }).throwOnError();
  same<typeof isEnough.data, boolean>(true);
  const summary = await supabase.rpc("get_credit_summary", {}).throwOnError();
  same<typeof summary.data, Json>(true);
  const csv = await supabase.rpc("export_credit_transactions", {}).csv().throwOnError();
  same<typeof csv.data, string>(true);
  await supabase.rpc("calculate_query_cost", { tools: ["docs"], quantity: 2 });
  await supabase.rpc("admin_list_disputes", { status: null });

  const rows = await supabase.from("credit_transactions").select().throwOnError();
  same<typeof rows.data, CreditTransactionsRow[]>(true);
  const some = await supabase.from("credit_transactions").select("id, type").throwOnError();
  same<typeof some.data, { id: number; type: TransactionType }[]>(true);
}

/** What must not compile. */
export async function wrong(): Promise<void> {
  // @ts-expect-error There is no such function.
  await supabase.rpc("get_balance", {});
  // @ts-expect-error The back end calls this one, no user.
  await supabase.rpc("add_credits", { account_id: "", amount: 1, source: "bonus", key: "k" });
  // @ts-expect-error The key is missing.
  await supabase.rpc("use_credits", { service: "query" });
  // @ts-expect-error An id is a text.
  await supabase.rpc("get_credit_balance", { account_id: 5 });
  // @ts-expect-error A default that is a value does not take null.
  await supabase.rpc("list_credit_orders", { page_size: null });
  // @ts-expect-error There is no such bucket.
  await supabase.rpc("get_credit_usage_stats", { bucket: "hour" });
  // @ts-expect-error There is no such view.
  supabase.from("transactions");
  // @ts-expect-error There is no such type of a transaction.
  supabase.from("credit_transactions").select().eq("type", "gift");
  // @ts-expect-error Not every word is a status of a dispute.
  same<DisputeStatus, string>(true);
}
