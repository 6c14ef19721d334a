import type { Random } from '../simulation/kernel/random.ts';

/** Texts that have broken servers: outside ASCII, control characters, patterns, paths, keys of every object, numbers in disguise, long ones. */
export const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  'ü',
  '😀',
  'e\u0301',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '\ufeff',
  "'",
  '"',
  '\\',
  '%',
  '_',
  '%00',
  '{{x}}',
  '../../etc/passwd',
  '/',
  '?',
  '#',
  '*',
  '(',
  '[',
  '(a+)+$',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'true',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '00',
  '1e3',
  '0x10',
  '1.5',
  '2147483648',
  '9007199254740993',
  '9223372036854775808',
  '1'.repeat(400),
  'in:a,b',
  'gt:5',
  'lt:x',
  '1970-01-01T00:00:00Z',
  '9999-99-99',
  '+275760-09-13T00:00:00Z',
  '::1',
  '0000:0000:0000:0000:0000:babe:220.12.22.2',
  '300.1.1.1',
  '10.0.0.0/33',
  '00000000-0000-0000-0000-000000000000',
  '{}',
  '<script>',
  'x'.repeat(256),
  '😀'.repeat(200),
  'y'.repeat(5_000),
];

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Keys that are own members here, as JSON.parse makes them. */
const keyed = (key: string): unknown => JSON.parse(`{${JSON.stringify(key)}: "v"}`);

const ODD_OTHERS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e308,
  -1e308,
  [],
  {},
  [null],
  [[]],
  nested(40),
  nested(2_000),
  keyed('__proto__'),
  keyed('constructor'),
  keyed('ü'),
  keyed(''),
  keyed('\u0000'),
  Array.from({ length: 200 }, (_, index) => index),
];

export const oddText = (random: Random): string => random.pick(ODD_TEXTS);
/** Any JSON value that is likely to be wrong; texts half of the time. */
export const oddValue = (random: Random): unknown => (random.chance(0.5) ? oddText(random) : random.pick(ODD_OTHERS));
