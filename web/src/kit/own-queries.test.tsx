/** An application that has a query client of its own: the kit's rules hold there for the kit. */
import { onlineManager, QueryClient, useQuery } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { FakeSupabase, lostAnswer, refusal } from "../test/fake-supabase";
import { EnterpriseContact } from "./components/enterprise-contact";
import { usePackages } from "./hooks/use-catalog";
import { useSummary } from "./hooks/use-summary";
import { CreditsProvider } from "./provider";

function Failures() {
  const tokens = [useSummary().error, usePackages().error].map((error) => String(error));
  return <p>{tokens.join(" ")}</p>;
}

function OfTheApplication({ ask }: { ask: () => Promise<string> }) {
  return <p>{useQuery({ queryKey: ["videos"], queryFn: ask }).data}</p>;
}

afterEach(() => onlineManager.setOnline(true));

test("a refusal is told at once, and not asked for again", async () => {
  const refuse = () => {
    throw refusal("no_such_thing");
  };
  const fake = new FakeSupabase({ get_credit_summary: refuse, list_credit_packages: refuse });
  render(
    <CreditsProvider supabase={fake.supabase} isLive={false} queryClient={new QueryClient()}>
      <Failures />
    </CreditsProvider>,
  );
  expect(await screen.findByText(/no_such_thing.*no_such_thing/)).toBeVisible();
  expect(fake.argsOf("get_credit_summary")).toHaveLength(1);
  expect(fake.argsOf("list_credit_packages")).toHaveLength(1);
});

test("the application's own queries keep the application's rules", async () => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 1, retryDelay: 1 } } });
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked === 1) {
      throw new Error("not yet");
    }
    return "the second time";
  };
  render(
    <CreditsProvider supabase={new FakeSupabase().supabase} queryClient={queryClient}>
      <OfTheApplication ask={ask} />
    </CreditsProvider>,
  );
  expect(await screen.findByText("the second time")).toBeVisible();
});

test("without a network a message is tried at once, and not kept to be sent later", async () => {
  onlineManager.setOnline(false);
  const fake = new FakeSupabase({
    contact_credit_sales: () => {
      throw lostAnswer();
    },
  });
  render(
    <CreditsProvider supabase={fake.supabase} isLive={false} queryClient={new QueryClient()}>
      <EnterpriseContact />
    </CreditsProvider>,
  );
  await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("What do you need?"), "A million credits");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("check the connection");
});
