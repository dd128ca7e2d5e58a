import { type ReactNode, useId } from "react";
import { UNTOLD } from "./notes";

/** What `Offer` takes. */
export interface OfferProps {
  title: string;
  /** Beside the title. */
  badge?: ReactNode;
  price: string;
  /** After the price, such as "a month". */
  per?: string | undefined;
  /** Whether it is the one that is chosen, or had. */
  isMarked?: boolean;
  /** The button at the bottom. */
  action: ReactNode;
  children: ReactNode;
}

/** What every offer is at least as high as, and its place while it is loaded. */
const HEIGHT = "credits:min-h-57";

/** Something for sale, as an item of a list. */
export function Offer({ title, badge, price, per, isMarked, action, children }: OfferProps) {
  const id = useId();
  return (
    <li
      aria-labelledby={id}
      className={`credits:flex ${HEIGHT} credits:flex-col credits:gap-2 credits:rounded-xl credits:border credits:bg-surface credits:p-4 credits:text-ink credits:sm:p-5 ${isMarked ? "credits:border-accent credits:outline credits:outline-1 credits:outline-accent" : "credits:border-line"}`}
    >
      <div className="credits:flex credits:min-h-6 credits:items-center credits:justify-between credits:gap-2">
        <h3 id={id} className="credits:text-base credits:font-semibold">
          {title}
        </h3>
        {badge}
      </div>
      <p className="credits:m-0">
        <span className="credits:text-3xl credits:font-semibold credits:tabular-nums">{price}</span>{" "}
        {per && <span className="credits:text-sm credits:text-muted">{per}</span>}
      </p>
      {children}
      <div className="credits:mt-auto credits:flex credits:flex-col credits:pt-2 credits:text-center credits:[&_a]:whitespace-normal credits:[&_button]:whitespace-normal">
        {action}
      </div>
    </li>
  );
}

/** Offers side by side: up to three in a row, or two and two or all four of four. */
export function Offers({ children }: { children: readonly ReactNode[] }) {
  return (
    <div className="credits:@container">
      <ul className={columnsOf(children.length)}>{children}</ul>
    </div>
  );
}

/** The place of so many offers while they are loaded. */
export function OffersPlace({ count }: { count: number }) {
  return (
    <div {...UNTOLD} className="credits:@container">
      <div className={columnsOf(count)}>
        {Array.from({ length: count }, (_, index) => index).map((index) => (
          <div
            key={index}
            className={`${HEIGHT} credits:motion-safe:animate-pulse credits:rounded-xl credits:bg-sunken`}
          />
        ))}
      </div>
    </div>
  );
}

function columnsOf(count: number): string {
  return `credits:grid credits:gap-4 credits:@lg:grid-cols-2 ${count === 4 ? "credits:@5xl:grid-cols-4" : "credits:@min-[44rem]:grid-cols-3"}`;
}

/** What an offer has, point by point. */
export function Features({ texts }: { texts: readonly string[] }) {
  return (
    texts.length > 0 && (
      <ul className="credits:flex credits:list-disc credits:flex-col credits:gap-1 credits:pl-5 credits:text-sm">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    )
  );
}
