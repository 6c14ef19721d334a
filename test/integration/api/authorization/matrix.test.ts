import { afterAll, beforeAll, expect, it } from 'vitest';
import { declaredApis } from '../../../../api/apis.ts';
import { type Region, startRegion } from '../../../contract/region.ts';
import { type Target, targetsOf } from '../../../fuzz/odd-request.ts';
import { ask, isRefusable } from './ask.ts';
import { expectationOf, labelOf, operationOf, rowOf } from './expectation.ts';
import { ACCOUNTS, COLUMNS, type Column, type Persona, personasOf } from './personas.ts';
import { ROWS, type Stock } from './rows.ts';
import { makeStock } from './stock.ts';

/**
 * Every route and action of every API, asked by every kind of caller. What each must get comes from the route and from the rule it names; a new
 * route is a row by being declared, and needs only the word whose the things of its path are (rows.ts).
 */
const NO_RATE = { requestsPerSecond: 1_000_000, requestBurst: 1_000_000 };

let region: Region;
let personas: readonly Persona[];
let stock: Stock;

beforeAll(async () => {
  region = await startRegion({ accounts: Object.values(ACCOUNTS), budgets: NO_RATE });
  personas = await personasOf(region);
  stock = await makeStock(region, personaOf('member'), personaOf('admin'));
}, 120_000);
afterAll(async () => region?.stop());

const personaOf = (column: Column): Persona => {
  const persona = personas.find((one) => one.column === column);
  if (persona === undefined) throw new Error(`no persona ${column}`);
  return persona;
};

it('every path that names something has a row that says whose it is', () => {
  const rows = targetsOf(declaredApis(region.deps)).flatMap((target) => rowOf(target) ?? []);
  expect([...new Set(rows)].filter((key) => ROWS[key] === undefined)).toEqual([]);
});

it.each(COLUMNS)(
  'each operation answers as its rule says: %s',
  async (column) => {
    const wrong: string[] = [];
    for (const target of targetsOf(declaredApis(region.deps))) {
      const found = await judge(target, personaOf(column));
      if (found !== null) wrong.push(`${labelOf(target)}: ${found}`);
    }
    expect(wrong).toEqual([]);
  },
  180_000,
);

/** Null: as it must be. */
async function judge(target: Target, persona: Persona): Promise<string | null> {
  // What has actions is asked by each of them.
  if (target.route.actions !== undefined && target.action === null) return null;
  const expected = expectationOf(target, persona, stock, isRefusable(target));
  if (expected.kind === 'status') {
    const { status, text } = await ask(region.app, target, persona, stock, expected);
    return expected.statuses.includes(status)
      ? null
      : `${status} instead of ${expected.statuses.join(' or ')}: ${text}`;
  }
  const [real, nothing] = await Promise.all([
    ask(region.app, target, persona, stock, { real: true, body: 'valid' }),
    ask(region.app, target, persona, stock, { real: false, body: 'valid' }),
  ]);
  const tells = real.status !== nothing.status || real.text !== nothing.text;
  if (tells)
    return `tells that there is one: ${real.status} ${real.text}; for nothing: ${nothing.status} ${nothing.text}`;
  const mustBeHidden = operationOf(target).body === undefined;
  return real.status === 404 || (real.status === 400 && !mustBeHidden)
    ? null
    : `${real.status} instead of 404: ${real.text}`;
}
