interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Of a list that is not empty. */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { count: sorted.length, min: at(0), median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** `median 4.21 ms (3.90–9.80, p95 7.10, n 50)` */
export const describeMs = (values: readonly number[]): string => {
  const { count, min, median, p95, max } = summarize(values);
  return `median ${rounded(median)} ms (${rounded(min)}–${rounded(max)}, p95 ${rounded(p95)}, n ${count})`;
};
