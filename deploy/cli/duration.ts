import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** `90s`, `30m`, `1h`, `2d`, or seconds without a unit. @throws InvalidArgumentError, a sentence that says what was expected. */
export function parseSeconds(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('expected a time such as 90s, 30m, 1h or 2d');
  return Number(digits) * SECONDS[(unit === '' ? 's' : unit) as keyof typeof SECONDS];
}
