import { formatCredits, formatMoney } from "../../format";
import { usePackages, usePlans, usePrices } from "../../hooks/use-catalog";
import { type Price, readTexts } from "../../services/catalog";
import { Answer } from "../../ui/answer";
import { Card } from "../../ui/card";
import { type Column, Table } from "../../ui/table";
import { Together } from "../../ui/together";
import { formatPercent } from "./percent";

/** The plans, packs, prices and models of the catalog in force. */
export function CatalogTables() {
  return (
    <Together queries={[usePlans(), usePackages(), usePrices()]} height="70rem">
      <Plans />
      <Packs />
      <Prices title="Services" empty="The catalog prices no services." isModel={false} />
      <Prices title="Models" empty="The catalog prices no models." isModel />
    </Together>
  );
}

function Plans() {
  return (
    <Card title="Plans">
      <Answer query={usePlans()} height="12rem">
        {(plans) => (
          <Table
            caption="The plans of the catalog"
            rows={plans}
            rowKey={(plan) => plan.code}
            empty="The catalog has no plans."
            columns={[
              { heading: "Plan", isShort: true, cell: (plan) => plan.name },
              { heading: "Code", cell: (plan) => <code>{plan.code}</code> },
              {
                heading: "Price",
                isNumber: true,
                cell: (plan) =>
                  plan.price_cents === null
                    ? plan.contact_only
                      ? "on request"
                      : "not sold"
                    : `${formatMoney(plan.price_cents, plan.currency)} a ${plan.billing_interval ?? "month"}`,
              },
              {
                heading: "Credits a month",
                isNumber: true,
                cell: (plan) => formatCredits(plan.monthly_credits),
              },
              {
                heading: "Welcome credits",
                isNumber: true,
                cell: (plan) => formatCredits(plan.welcome_credits),
              },
              {
                heading: "Features",
                cell: (plan) => (
                  <span className="credits:block credits:min-w-40">
                    {readTexts(plan.features).join(", ") || "—"}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

function Packs() {
  return (
    <Card title="Packs">
      <Answer query={usePackages()} height="12rem">
        {(packs) => (
          <Table
            caption="The packs of the catalog"
            rows={packs}
            rowKey={(pack) => pack.code}
            empty="The catalog has no packs."
            columns={[
              { heading: "Pack", isShort: true, cell: (pack) => pack.name },
              { heading: "Code", cell: (pack) => <code>{pack.code}</code> },
              { heading: "Credits", isNumber: true, cell: (pack) => formatCredits(pack.credits) },
              {
                heading: "Bonus",
                isNumber: true,
                cell: (pack) => formatCredits(pack.bonus_credits),
              },
              {
                heading: "Price",
                isNumber: true,
                cell: (pack) => formatMoney(pack.price_cents, pack.currency),
              },
              {
                heading: "Below the list price",
                isNumber: true,
                cell: (pack) => formatPercent(pack.savings_percent),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

const PRICE: readonly Column<Price>[] = [
  { heading: "Code", cell: (price) => <code>{price.service}</code> },
  {
    heading: "What",
    cell: (price) => (
      <span className="credits:block credits:min-w-40">{price.description ?? "—"}</span>
    ),
  },
];
const MODEL: readonly Column<Price>[] = [
  { heading: "Model", cell: (price) => <code>{price.service}</code> },
  { heading: "Provider", cell: (price) => price.provider ?? "—" },
  { heading: "Tier", cell: (price) => price.tier ?? "—" },
];
const COST: readonly Column<Price>[] = [
  { heading: "Counts", cell: (price) => <code>{price.meter}</code> },
  { heading: "Credits", isNumber: true, cell: (price) => formatCredits(price.credits) },
  {
    heading: "For",
    isShort: true,
    cell: ({ unit, unit_size }) => (unit_size === 1 ? unit : `${formatCredits(unit_size)} ${unit}`),
  },
];

function Prices({ title, empty, isModel }: { title: string; empty: string; isModel: boolean }) {
  return (
    <Card title={title}>
      <Answer query={usePrices()} height="12rem">
        {(prices) => (
          <Table
            caption={`What ${title.toLowerCase()} cost`}
            rows={prices.filter((price) => (price.provider !== null) === isModel)}
            rowKey={(price) => `${price.service}/${price.meter}`}
            empty={empty}
            columns={[...(isModel ? MODEL : PRICE), ...COST]}
          />
        )}
      </Answer>
    </Card>
  );
}
