/** A tiny application in a browser: questions cost credits, and are checked before they are asked. */
import { createClient } from "@supabase/supabase-js";
import { CreditBalance, CreditCheck, CreditsProvider, explain, useCredits } from "pgcredits";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Questions() {
  const { use } = useCredits();
  const [count, setCount] = useState(1);
  const [said, setSaid] = useState("");

  async function ask() {
    try {
      const { cost } = await use("query", count);
      setSaid(`Answered, for ${cost} credits.`);
    } catch (error) {
      setSaid(explain(error));
    }
  }

  return (
    <main>
      <h1>Questions</h1>
      <label>
        How many{" "}
        <input
          inputMode="numeric"
          value={count}
          onChange={(event) => setCount(Number(event.target.value))}
        />
      </label>
      <CreditCheck
        usageType="query"
        amount={count}
        buyHref="/buy"
        action="Ask"
        onProceed={() => void ask()}
        onCancel={() => setSaid("")}
      />
      <output>{said}</output>
    </main>
  );
}

const config = await (await fetch("/config.json")).json();
const root = document.createElement("div");
document.body.append(root);
createRoot(root).render(
  <CreditsProvider
    supabase={createClient(config.supabaseUrl, config.anonKey)}
    isLive={config.isLive ?? true}
  >
    <header>
      <CreditBalance compact />
    </header>
    <Questions />
  </CreditsProvider>,
);
