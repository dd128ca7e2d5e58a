import { formatDay, formatTime } from "../../format";

/** What `When` takes: a time in ISO 8601, and whether its day alone is shown. */
export interface WhenProps {
  at: string;
  isDay?: boolean;
}

/** A time or a day, on one line. */
export function When({ at, isDay = false }: WhenProps) {
  return (
    <time dateTime={at} className="credits:whitespace-nowrap">
      {isDay ? formatDay(at) : formatTime(at)}
    </time>
  );
}
