import { type ReactNode, useId } from "react";

/** What `Card` takes. */
export interface CardProps {
  /** Its heading; without one it is a plain box. */
  title?: ReactNode;
  /** Beside the heading. */
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A box on the page, with a heading that names it. */
export function Card({ title, action, className = "", children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={`credits:min-w-0 credits:rounded-xl credits:border credits:border-line credits:bg-surface credits:p-4 credits:text-ink credits:sm:p-5 ${className}`}
    >
      {(title || action) && (
        <div className="credits:mb-3 credits:flex credits:flex-wrap credits:items-center credits:justify-between credits:gap-2">
          {title && (
            <h2
              id={id}
              className="credits:min-w-0 credits:text-base credits:font-semibold credits:wrap-anywhere"
            >
              {title}
            </h2>
          )}
          {action}
        </div>
      )}
      {children}
    </section>
  );
}
