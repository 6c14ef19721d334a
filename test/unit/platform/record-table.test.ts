import { expect, it } from 'vitest';
import type { JsonColumn } from '../../../platform/database/json-column.ts';
import { flag, json, moment, momentOrNull, recordTable } from '../../../platform/database/record-table.ts';

interface KeysTable {
  id: string;
  is_public: number;
  key_ids: JsonColumn;
  created_at: string;
  expires_at: string | null;
}
interface KeyRecord {
  readonly id: string;
  readonly isPublic: boolean;
  readonly keyIds: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}
const KEYS = recordTable<KeyRecord, KeysTable>('keys')({
  id: 'id',
  isPublic: flag('is_public'),
  keyIds: json('key_ids'),
  createdAt: moment('created_at'),
  expiresAt: momentOrNull('expires_at'),
});

const row = {
  id: 'a',
  is_public: 1,
  key_ids: '["x","y"]',
  created_at: '2026-01-31 12:00:00.123456',
  expires_at: null,
};
const record: KeyRecord = {
  id: 'a',
  isPublic: true,
  keyIds: ['x', 'y'],
  createdAt: '2026-01-31T12:00:00.123456Z',
  expiresAt: null,
};

it('reads a row as a record and writes it back as it was', () => {
  expect(KEYS.fromRow(row)).toEqual(record);
  expect(KEYS.toRow(record)).toEqual(row);
  expect(KEYS.toRow({ ...record, isPublic: false, expiresAt: '2026-02-01T00:00:00.5Z' })).toMatchObject({
    is_public: 0,
    expires_at: '2026-02-01 00:00:00.5',
  });
});

it('writes only the columns that change', () => {
  expect(KEYS.toColumns({ isPublic: false })).toEqual({ is_public: 0 });
  expect(KEYS.toColumns({})).toEqual({});
});

it('gives the column and the stored value of a member, for filters', () => {
  expect([KEYS.columnOf('isPublic'), KEYS.storedValue('isPublic', true)]).toEqual(['is_public', 1]);
  expect([KEYS.columnOf('id'), KEYS.storedValue('id', 'a')]).toEqual(['id', 'a']);
  expect(KEYS.storedValue('createdAt', '2026-01-31T12:00:00Z')).toBe('2026-01-31 12:00:00');
  expect(KEYS.storedValue('isPublic', null)).toBeNull();
});

it('is refused by the compiler when a column has no member, or a member has values of another type', () => {
  type Id = Pick<KeyRecord, 'id' | 'isPublic'>;
  const table = recordTable<Id, Pick<KeysTable, 'id' | 'is_public' | 'key_ids'>>('keys');
  // @ts-expect-error: `key_ids` has no member
  table({ id: 'id', isPublic: flag('is_public') });
  // @ts-expect-error: a number is no boolean
  recordTable<Id, Pick<KeysTable, 'id' | 'is_public'>>('keys')({ id: 'id', isPublic: 'is_public' });
});

it('knows members only, no columns and nothing inherited', () => {
  for (const name of ['is_public', 'constructor', '__proto__']) expect(() => KEYS.columnOf(name)).toThrow(name);
});
