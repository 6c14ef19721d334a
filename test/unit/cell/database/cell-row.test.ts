import { describe, expect, it } from 'vitest';
import { cellColumns, cellRow } from '../../../../cell/database/cell-row.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';

/** TINYINT columns that are numbers. */
const NUMBERS = ['id', 'power_state', 'found_power', 'progress'];

/** Every column of the cell's own tables, with its type. */
const columns = CELL_MIGRATIONS.flatMap(({ up }) => up)
  .flatMap((statement) => statement.split('\n'))
  .flatMap((line) => [...line.matchAll(/(?:^ {4}|ADD COLUMN IF NOT EXISTS )`?([a-z][a-z0-9_]*)`? ([A-Z]+)/g)])
  .map(([, name = '', type = '']) => ({ name, type }));

const isFlag = (name: string): boolean => Object.values<unknown>(cellRow({ [name]: 1 }))[0] === true;

describe('rows of the cell', () => {
  it('every TINYINT column is a flag, unless it is one of those that are numbers', () => {
    const tiny = columns.filter(({ type }) => type === 'TINYINT').map(({ name }) => name);
    expect(tiny).toEqual(expect.arrayContaining(['up', 'settled', 'was_started', 'keep_aside']));
    const numbers = tiny.filter((name) => !isFlag(name));
    expect([...new Set(numbers)].sort()).toEqual([...NUMBERS].sort());
  });

  it('no column of another type is a flag', () => {
    const others = columns.filter(({ type }) => type !== 'TINYINT');
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter(({ name }) => isFlag(name))).toEqual([]);
  });

  it('every column comes back from its member', () => {
    const row = Object.fromEntries(columns.map(({ name }) => [name, 1]));
    expect(cellColumns(cellRow(row))).toEqual(row);
  });
});
