import type { ReactNode } from "react";
import { Empty } from "./notes";

/** A column: its heading, and what stands in a row. */
export interface Column<Row> {
  heading: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand to the right, digit below digit. */
  isNumber?: boolean;
  /** A few words that stay on one line: the table scrolls sideways in any case. */
  isShort?: boolean;
  /** Left out on a narrow screen: another cell says it there, in what is `sm:hidden`. */
  isWide?: boolean;
}

/** What `Table` takes. */
export interface TableProps<Row> {
  /** What the table shows, for those who do not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  /** What is said where there are no rows. */
  empty: ReactNode;
}

const WIDE = "credits:max-sm:hidden";
const ONE_LINE = "credits:whitespace-nowrap";

/** A table that scrolls sideways by itself on a narrow screen. */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows.length === 0) {
    return <Empty>{empty}</Empty>;
  }
  return (
    <section
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keyboard.
      tabIndex={0}
      className="credits:relative credits:-mx-4 credits:overflow-x-auto credits:px-4 credits:sm:-mx-5 credits:sm:px-5"
    >
      <table className="credits:w-full credits:border-collapse credits:text-sm">
        <caption className="credits:sr-only">{caption}</caption>
        <thead>
          <tr className="credits:border-b credits:border-line credits:text-left credits:text-xs credits:text-muted">
            {columns.map((column) => (
              <th
                key={column.heading}
                scope="col"
                className={`credits:py-2 credits:pr-4 credits:font-medium credits:last:pr-0 ${column.isNumber ? "credits:text-right" : ""} ${column.isWide ? WIDE : ""}`}
              >
                {column.heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="credits:border-b credits:border-line credits:last:border-0"
            >
              {columns.map((column) => (
                <td
                  key={column.heading}
                  className={`credits:py-2.5 credits:pr-4 credits:align-baseline credits:last:pr-0 ${column.isNumber ? "credits:text-right credits:tabular-nums" : ""} ${column.isNumber || column.isShort ? ONE_LINE : ""} ${column.isWide ? WIDE : ""}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
