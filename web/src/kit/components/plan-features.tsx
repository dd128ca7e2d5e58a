import { formatCredits, inWords } from "../format";
import { usePlans } from "../hooks/use-catalog";
import { useLiveBalance } from "../hooks/use-live-balance";
import { type Plan, readTexts } from "../services/catalog";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { Badge } from "../ui/notes";
import { Features } from "../ui/offer";
import { type Column, Table } from "../ui/table";

const FEATURES: Column<Plan> = {
  heading: "Features",
  cell: ({ features }) => <Features texts={readTexts(features)} />,
};

/** What each plan gives and can do, the account's own one marked. */
export function PlanFeatures() {
  const balance = useLiveBalance();
  const current = balance.data?.plan;
  return (
    <Card title="What plans have">
      <Answer query={usePlans()} isWaiting={balance.isPending} height="12rem">
        {(plans) => (
          <Table
            caption="Plans"
            rows={plans}
            rowKey={({ code }) => code}
            empty="There are no plans: credits come in packs."
            columns={[
              {
                heading: "Plan",
                cell: ({ code, name }) => (
                  <span className="credits:flex credits:flex-wrap credits:items-center credits:gap-2 credits:font-medium">
                    {name || inWords(code)}
                    {code === current && <Badge tone="good">Your plan</Badge>}
                  </span>
                ),
              },
              {
                heading: "Credits a month",
                cell: ({ monthly_credits, contact_only }) =>
                  contact_only ? "As agreed" : formatCredits(monthly_credits),
                isNumber: true,
              },
              {
                heading: "To begin with",
                cell: ({ welcome_credits }) => formatCredits(welcome_credits),
                isNumber: true,
              },
              ...(plans.some(({ features }) => readTexts(features).length > 0) ? [FEATURES] : []),
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}
