/** One row of the table of goals. */
interface Goal {
  readonly what: string;
  /** Empty: a count. */
  readonly unit: 'ms' | '/s' | 's' | '%' | 'MiB' | '';
  /** At least (`/s`) or at most (all others) so much. */
  readonly goal: number;
}

export interface Result extends Goal {
  readonly measured: number;
}

export const isMet = ({ unit, goal, measured }: Result): boolean =>
  unit === '/s' ? measured >= goal : measured <= goal;

const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** `POST answered                     4.21 ms   goal ≤ 4 ms    missed` */
export function lineOf(result: Result): string {
  const { what, unit, goal, measured } = result;
  const sign = unit === '/s' ? '≥' : '≤';
  return [
    what.padEnd(58),
    `${rounded(measured)} ${unit.padEnd(3)}`.padStart(12),
    `   goal ${sign} ${goal} ${unit}`.trimEnd().padEnd(22),
    isMet(result) ? 'met' : 'missed',
  ].join(' ');
}
