import { Bar, BarChart, CartesianGrid, Legend, Tooltip, XAxis, YAxis } from "recharts";
import { formatBucket } from "./usage-labels";
import type { ChartBucket } from "./usage-series";

const TEXT = { fill: "var(--credits-muted)", fontSize: 12 };

/** A column of a chart: its first day (UTC), and a value for each of the series. */
export interface BarColumn {
  start: string;
  values: readonly number[];
}

/** What `StackedBars` takes. */
export interface StackedBarsProps {
  columns: readonly BarColumn[];
  /** What each column is made of, from the bottom up; `colour` is a token's name. */
  series: readonly { name: string; colour: string }[];
  bucket: ChartBucket;
  /** Writes a value. */
  format: (value: number) => string;
  /** The room for written values, in pixels. */
  axisWidth: number;
}

/** Bars in stacks, a colour for each of the series; loaded apart, for Recharts is large. */
export function StackedBars({ columns, series, bucket, format, axisWidth }: StackedBarsProps) {
  return (
    <BarChart
      data={[...columns]}
      responsive
      accessibilityLayer={false}
      style={{ width: "100%", height: "16rem" }}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
    >
      <CartesianGrid vertical={false} stroke="var(--credits-line)" />
      <XAxis
        dataKey="start"
        tickFormatter={(start: string) => formatBucket(start, bucket)}
        tick={TEXT}
        stroke="var(--credits-line)"
        minTickGap={24}
      />
      <YAxis tickFormatter={format} tick={TEXT} stroke="var(--credits-line)" width={axisWidth} />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: "var(--credits-sunken)" }}
        labelFormatter={(start) => formatBucket(String(start), bucket)}
        formatter={(value) => format(Number(value))}
        contentStyle={{
          background: "var(--credits-surface)",
          borderColor: "var(--credits-line)",
          borderRadius: 8,
        }}
      />
      <Legend
        wrapperStyle={{ fontSize: 14 }}
        formatter={(name) => <span style={{ color: "var(--credits-ink)" }}>{name}</span>}
      />
      {series.map(({ name, colour }, index) => (
        <Bar
          key={name}
          name={name}
          dataKey={({ values }: BarColumn) => values[index] ?? 0}
          stackId="all"
          fill={`var(--credits-${colour})`}
          isAnimationActive={false}
          maxBarSize={36}
        />
      ))}
    </BarChart>
  );
}
