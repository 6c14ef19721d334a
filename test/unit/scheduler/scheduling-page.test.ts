import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FILTERS, filtersWith, OPTIONAL_FILTER_NAMES } from '../../../scheduler/filters/registry.ts';
import { WEIGHERS } from '../../../scheduler/weighers/registry.ts';

const PAGE = readFileSync(new URL('../../../docs/scheduling.md', import.meta.url), 'utf8');
const [always = '', optional = ''] = (PAGE.split('## Weighers')[0] ?? '').split('These are on if');
const namedIn = (text: string) =>
  [...text.matchAll(/^- ((?:`[^`]+`(?:, )?)+)/gm)].flatMap(([, names = '']) => names.match(/[^`, ]+/g) ?? []);

it('docs/scheduling.md lists every filter, where it says whether the filter is on', () => {
  const names = filtersWith(OPTIONAL_FILTER_NAMES).map(({ name }) => name);
  expect(namedIn(always)).toEqual(names.slice(0, FILTERS.length));
  expect(namedIn(optional).sort()).toEqual(names.slice(FILTERS.length).sort());
});

it('docs/scheduling.md lists every weigher with its multiplier and its key', () => {
  const rows = [...PAGE.matchAll(/^\| `(\w+)` \| (-?\d+) \| .* \| `(\w+)` \|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(WEIGHERS.map(({ name, multiplier, aggregateKey }) => [name, String(multiplier), aggregateKey]));
});
