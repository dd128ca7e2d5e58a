import { formatCredits, inWords } from "../format";
import { usePrices } from "../hooks/use-catalog";
import type { Price } from "../services/catalog";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { Badge, Loading } from "../ui/notes";
import { type Column, Table } from "../ui/table";

/** A component of a price; the first one of a service tells what the service is. */
interface Row extends Price {
  isFirst: boolean;
}

const COLUMNS: Column<Row>[] = [
  {
    heading: "Service",
    cell: (price) => (
      <div className="credits:min-w-24 credits:wrap-anywhere">
        <span className={price.isFirst ? "credits:font-medium" : "credits:text-muted"}>
          {price.provider ? price.service : inWords(price.service)}
        </span>
        {price.isFirst && price.description && (
          <div className="credits:text-muted">{price.description}</div>
        )}
        <div className="credits:text-xs credits:text-muted credits:sm:hidden">{nameOf(price)}</div>
      </div>
    ),
  },
  {
    heading: "Credits",
    cell: ({ credits, unit }) => (
      <span className="credits:whitespace-nowrap">
        <strong className="credits:font-semibold credits:tabular-nums">
          {formatCredits(credits)}
        </strong>{" "}
        for {/^\d/.test(unit) ? unit : `1 ${unit}`}
      </span>
    ),
  },
  { heading: "What counts", isWide: true, cell: (price) => nameOf(price) },
  { heading: "Provider", cell: ({ provider }) => provider ?? "" },
  { heading: "Tier", cell: ({ tier }) => tier && <Badge>{inWords(tier)}</Badge> },
];
const OF_MODELS = ["Provider", "Tier"];

/** On a narrow screen each row has a line more. */
const PLACE = (
  <div className="credits:max-sm:pb-20">
    <Loading height="14rem" />
  </div>
);

/** What each service costs. */
export function PriceTable() {
  return (
    <Card title="What uses cost">
      <Answer query={usePrices()} place={PLACE}>
        {(prices) => {
          const hasModels = prices.some(({ provider, tier }) => provider || tier);
          return (
            <Table
              caption="Credits by service"
              columns={COLUMNS.filter(({ heading }) => hasModels || !OF_MODELS.includes(heading))}
              rows={prices.map((price, index) => ({
                ...price,
                isFirst: price.service !== prices[index - 1]?.service,
              }))}
              rowKey={({ service, meter, unit }) => `${service} ${meter} ${unit}`}
              empty="No service has a price of its own: each use names what it costs."
            />
          );
        }}
      </Answer>
    </Card>
  );
}

function nameOf({ meter, unit }: Price): string {
  if (meter === "quantity" || meter === "base") {
    return `Each ${meter === "base" ? "call" : unit}`;
  }
  if (meter === "tool:*") {
    return "Any other tool";
  }
  return meter.startsWith("tool:") ? `Tool ${meter.slice(5)}` : inWords(meter);
}
