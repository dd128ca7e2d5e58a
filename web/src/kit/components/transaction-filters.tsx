import type { TransactionWord } from "../database";
import { inWords } from "../format";
import { usePrices } from "../hooks/use-catalog";
import type { HistoryFilter } from "../hooks/use-transactions";
import { midnight } from "../midnight";
import { Field, Select } from "../ui/field";

/** What is chosen, as it stands in the fields; "" for all. */
export interface HistoryChoice {
  type: TransactionWord | "";
  service: string;
  /** The first day and the last one, as `YYYY-MM-DD` in the browser's zone. */
  from: string;
  to: string;
}

/** All of the history. */
export const EVERYTHING: HistoryChoice = { type: "", service: "", from: "", to: "" };

const TYPES: ReadonlyArray<readonly [TransactionWord, string]> = [
  ["spend", "Usage"],
  ["purchase", "Purchases"],
  ["subscription", "Plan"],
  ["bonus", "Bonuses and gifts"],
  ["refund", "Refunds"],
  ["admin", "Corrections"],
];

/** Whether anything is left out. */
export function isFiltered(choice: HistoryChoice): boolean {
  return Object.values(choice).some((value) => value !== "");
}

/** The same for the database: from the start of the first day to the end of the last. */
export function filterOf({ type, service, from, to }: HistoryChoice): HistoryFilter {
  return {
    type: type || null,
    service: service || null,
    since: from ? midnight(from) : null,
    until: to ? midnight(to, 1) : null,
  };
}

/** What `TransactionFilters` takes. */
export interface TransactionFiltersProps {
  choice: HistoryChoice;
  onChoose: (choice: HistoryChoice) => void;
}

/** Which part of the history is shown. */
export function TransactionFilters({ choice, onChoose }: TransactionFiltersProps) {
  const { from, to } = choice;
  const prices = usePrices();
  const services = new Set(prices.data?.map((price) => price.service));
  return (
    <fieldset className="credits:mb-4 credits:grid credits:grid-cols-2 credits:gap-3 credits:lg:grid-cols-4">
      <legend className="credits:sr-only">Filter the transactions</legend>
      <Select
        label="Type"
        value={choice.type}
        onChange={(event) => {
          const type = TYPES.find(([word]) => word === event.target.value)?.[0] ?? "";
          onChoose({ ...choice, type });
        }}
      >
        <option value="">All</option>
        {TYPES.map(([word, name]) => (
          <option key={word} value={word}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        label="Service"
        value={choice.service}
        onChange={(event) => onChoose({ ...choice, service: event.target.value })}
      >
        <option value="">All</option>
        {[...services].map((service) => (
          <option key={service} value={service}>
            {inWords(service)}
          </option>
        ))}
      </Select>
      <Field
        label="From"
        type="date"
        value={from}
        onChange={(event) => onChoose({ ...choice, from: event.target.value })}
      />
      <Field
        label="To"
        type="date"
        value={to}
        error={from && to && to < from ? "This day is before the first one." : undefined}
        onChange={(event) => onChoose({ ...choice, to: event.target.value })}
      />
    </fieldset>
  );
}
