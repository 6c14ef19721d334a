import { describe, expect, it } from 'vitest';
import type { Listing } from '#platform/directory/stores/listing.ts';
import { boundedPage, MAX_PAGE_BYTES } from '../../../../api/http/bounded-page.ts';

interface Item {
  readonly id: string;
  readonly text: string;
}

const items = (count: number, bytes: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index).padStart(6, '0'), text: 'x'.repeat(bytes) }));

/** A table of items that counts what is read of it. */
function tableOf(all: readonly Item[]) {
  const read: number[] = [];
  const list = async ({ after, limit }: Listing<'id'>): Promise<readonly Item[]> => {
    const from = after === null ? 0 : all.findIndex((item) => item.id === after.id) + 1;
    const rows = all.slice(from, limit === null ? undefined : from + limit);
    read.push(rows.length);
    return rows;
  };
  return { list, read };
}

const listing = (limit: number | null): Listing<'id'> => ({
  filters: [],
  sort: [{ member: 'id', descending: false }],
  after: null,
  limit,
});

const open = new AbortController().signal;

describe('a page', () => {
  it.each([
    ['empty', 0, null, 0],
    ['of one batch', 20, 100, 20],
    ['of several batches', 5_000, 1_000, 1_000],
    ['without a limit', 5_000, null, 5_000],
    ['as long as its limit', 64, 64, 64],
  ])('%s has every row', async (_what, count, limit, expected) => {
    const all = items(count, 10);
    const { rows, cut } = await boundedPage(tableOf(all).list, listing(limit), open);
    expect(rows).toEqual(all.slice(0, expected));
    expect(cut).toBe(false);
  });

  it('ends when it would be too large, and reads little more than it gives', async () => {
    const table = tableOf(items(1_000, 60_000));
    const { rows, cut } = await boundedPage(table.list, listing(1_000), open);
    expect([rows.length, cut]).toEqual([17, true]);
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThanOrEqual(MAX_PAGE_BYTES + 100);
    expect(table.read).toEqual([16, 3]);
  });

  it('gives an item alone that is too large by itself', async () => {
    const all = items(3, MAX_PAGE_BYTES + 1);
    const { rows, cut } = await boundedPage(tableOf(all).list, listing(10), open);
    expect([rows.map((row) => row.id), cut]).toEqual([['000000'], true]);
  });

  it('reads nothing more when the client has gone', async () => {
    const gone = new AbortController();
    const table = tableOf(items(5_000, 10));
    const list = async (batch: Listing<'id'>) => {
      const rows = await table.list(batch);
      gone.abort(new Error('gone'));
      return rows;
    };
    await expect(boundedPage(list, listing(null), gone.signal)).rejects.toThrow('gone');
    expect(table.read).toEqual([16]);
  });
});
