/** A tiny application of the package, as somebody writes it who has only its tarball. */
import { createClient } from "@supabase/supabase-js";
import {
  CreditBalance,
  CreditsProvider,
  EnterpriseContact,
  formatCredits,
  type Quote,
  QuoteLines,
  TransactionTable,
} from "pgcredits";
import { AdminGate } from "pgcredits/admin";
import { renderToString } from "react-dom/server";

// Node 20 has no WebSocket: something has to stand for it, though nothing is opened.
const transport = class {} as unknown as typeof WebSocket;
const supabase = createClient("http://127.0.0.1:9", "anon", { realtime: { transport } });

const quote: Quote = {
  ok: true,
  message: null,
  credits: 5000,
  bonus_credits: 500,
  lines: [{ kind: "package", label: "Basic", amount_cents: 4500 }],
  subtotal_cents: 4500,
  discount_cents: 0,
  fee_cents: 0,
  total_cents: 4500,
  currency: "usd",
};

// @ts-expect-error: its types are there, and say what a component takes.
const wrong = <QuoteLines quote="4500" />;

console.log(
  renderToString(
    <CreditsProvider supabase={supabase}>
      <CreditBalance buyHref="/buy" />
      <QuoteLines quote={quote} />
      <TransactionTable />
      <EnterpriseContact />
      <AdminGate isAdmin>Secrets</AdminGate>
      <p>{`${formatCredits(1234.5)} ${typeof wrong}`}</p>
    </CreditsProvider>,
  ),
);
