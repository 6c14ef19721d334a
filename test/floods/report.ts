import type { FloodOutcome } from './measure-flood.ts';

const at = (values: readonly number[], share: number): string => {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? '-' : value.toFixed(value < 10 ? 1 : 0);
};

const COLUMNS = [12, 10, 10, 12, 8, 16] as const;
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(COLUMNS[index] ?? 0))
    .join('  ')
    .trimEnd();

export const HEADER = row([
  'flood',
  'GET p50 ms',
  'GET p99 ms',
  'create p99',
  'failed',
  'API MiB',
  'flood was answered',
]);

/** One line of the table: what the other project saw, and what the flood was answered. */
export function line({ flood, statuses, gets, creates, failures, memory }: FloodOutcome): string {
  const answered = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}×${count}`);
  const [first = 0, last = 0, most = 0] = [memory[0], memory.at(-1), Math.max(0, ...memory)];
  const curve = `${first.toFixed(0)}→${last.toFixed(0)} (≤${most.toFixed(0)})`;
  return row([
    flood,
    at(gets, 0.5),
    at(gets, 0.99),
    at(creates, 0.99),
    String(failures.length),
    curve,
    answered.join(' '),
  ]);
}

/** What is wrong whatever the machine: the other project was refused, or a refusal does not say when to retry. */
export const faultsOf = ({ flood, failures, withoutRetryAfter }: FloodOutcome): readonly string[] => [
  ...failures.slice(0, 3).map((failure) => `${flood}: the other project was answered ${failure}`),
  ...(withoutRetryAfter > 0 ? [`${flood}: ${withoutRetryAfter} answers of 429 without Retry-After`] : []),
];
