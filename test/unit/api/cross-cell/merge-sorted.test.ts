import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duplicates, mergeSorted, type SortedSource } from '../../../../api/cross-cell/merge-sorted.ts';

const byNumber = (a: number, b: number) => a - b;
const noDuplicates: Duplicates<number> = { key: String, better: () => false };

/** Sorted, distinct numbers; counts what it was asked for. */
const aSource = (numbers: readonly number[]): SortedSource<number> & { given: number } => {
  const source = {
    given: 0,
    next: async (last: number | null, count: number) => {
      const items = numbers.filter((n) => last === null || n > last).slice(0, count);
      source.given += items.length;
      return items;
    },
  };
  return source;
};

describe('mergeSorted', () => {
  it('gives what sorting everything would give', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer(), { maxLength: 1_000 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 600 }),
        async (numbers, parts, limit) => {
          const sources = Array.from({ length: parts }, (_, part) =>
            aSource(numbers.filter((_n, i) => i % parts === part).sort(byNumber)),
          );
          const { items, silent } = await mergeSorted(sources, byNumber, limit, noDuplicates);
          expect(items).toEqual([...numbers].sort(byNumber).slice(0, limit));
          expect(silent).toEqual([]);
        },
      ),
    );
  });

  it('ends a page with the item that makes it too large, says so, and loses none from page to page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer(), { maxLength: 600 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 60 }),
        async (numbers, parts, limit, max) => {
          const sorted = [...numbers].sort(byNumber);
          const seen: number[] = [];
          for (let more = true; more; ) {
            const left = sorted.slice(seen.length);
            const sources = Array.from({ length: parts }, (_, part) =>
              aSource(left.filter((n) => Math.abs(n) % parts === part)),
            );
            const page = await mergeSorted(sources, byNumber, limit, noDuplicates, undefined, {
              of: (n) => Math.abs(n % 7),
              max,
            });
            const bytes = page.items.slice(0, -1).reduce((sum, n) => sum + Math.abs(n % 7), 0);
            expect(bytes).toBeLessThan(max);
            expect(page.cut).toBe(page.items.length < limit && seen.length + page.items.length < sorted.length);
            seen.push(...page.items);
            more = page.items.length > 0 && (page.cut || page.items.length === limit);
          }
          expect(seen).toEqual(sorted);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('asks for few items at first when they may be large', async () => {
    const sources = Array.from({ length: 2 }, (_, part) =>
      aSource(Array.from({ length: 900 }, (_n, i) => i * 2 + part)),
    );
    await mergeSorted(sources, byNumber, 1_000, noDuplicates, undefined, { of: () => 100, max: 5_000 });
    expect(sources.reduce((sum, source) => sum + source.given, 0)).toBeLessThanOrEqual(202);
  });

  it('asks for as many at once as fit, as far as their size is known', async () => {
    const asked: number[] = [];
    const source = aSource(Array.from({ length: 900 }, (_, n) => n));
    const counted: SortedSource<number> = {
      next: (last, count) => {
        asked.push(count);
        return source.next(last, count);
      },
    };
    const size = { of: () => 100, max: 200_000, expected: 100 };
    const { items, size: found } = await mergeSorted([counted], byNumber, 500, noDuplicates, undefined, size);
    expect(items).toHaveLength(500);
    expect(found).toBe(50_000);
    expect(asked).toEqual([500]);
    asked.length = 0;
    const larger = { of: () => 1_000, max: 20_000, expected: 10 };
    const cut = await mergeSorted([counted], byNumber, 500, noDuplicates, undefined, larger);
    expect(cut.items).toHaveLength(20);
    expect(asked).toEqual([500]);
  });

  it('asks for what the page needs, not for a page of each', async () => {
    const sources = Array.from({ length: 10 }, (_, part) =>
      aSource(Array.from({ length: 2_000 }, (_n, i) => i * 10 + part)),
    );
    await mergeSorted(sources, byNumber, 1_000, noDuplicates);
    expect(sources.reduce((sum, source) => sum + source.given, 0)).toBeLessThanOrEqual(1_200);
  });

  it('goes on without those that fall silent, and names them', async () => {
    const { items, silent } = await mergeSorted(
      [aSource([1, 3]), { next: async () => null }, aSource([2])],
      byNumber,
      10,
      noDuplicates,
    );
    expect(items).toEqual([1, 2, 3]);
    expect(silent).toEqual([1]);
  });
});

interface Row {
  readonly id: string;
  readonly epoch: number;
  readonly at: number;
}
const byPlace = (a: Row, b: Row) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const newest: Duplicates<Row> = { key: ({ id }) => id, better: (one, other) => one.epoch > other.epoch };

const rowSource = (rows: readonly Row[]): SortedSource<Row> & { asked: number } => {
  const sorted = rows.toSorted(byPlace);
  const source = {
    asked: 0,
    next: async (last: Row | null, count: number) => {
      source.asked += 1;
      return sorted.filter((row) => last === null || byPlace(row, last) > 0).slice(0, count);
    },
  };
  return source;
};
const rows = (count: number, rest: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: `s${String(i).padStart(4, '0')}`, epoch: 1, at: 2 * i, ...rest }));

describe('duplicates of one item in two sources', () => {
  it('are seen once, the better one, where it stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({ id: fc.integer({ min: 0, max: 60 }), old: fc.nat(90), new: fc.nat(90), here: fc.nat(2) }),
          { selector: ({ id }) => id, maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 80 }),
        async (servers, limit) => {
          // here: 0 only the old report is there, 1 both, 2 only the new one.
          const old = servers.filter(({ here }) => here < 2).map(({ id, old: at }) => ({ id: `${id}`, epoch: 1, at }));
          const moved = servers
            .filter(({ here }) => here > 0)
            .map((one) => ({ id: `${one.id}`, epoch: 2, at: one.new }));
          const { items } = await mergeSorted([rowSource(old), rowSource(moved)], byPlace, limit, newest);
          expect(new Set(items.map(({ id }) => id)).size, 'each once').toBe(items.length);
          expect(items.length).toBe(Math.min(limit, servers.length));
          expect(items.toSorted(byPlace)).toEqual(items);
          if (limit <= servers.length) return;
          const best = servers.map((one) => (one.here === 0 ? [`${one.id}`, 1] : [`${one.id}`, 2]));
          expect(Object.fromEntries(items.map(({ id, epoch }) => [id, epoch]))).toEqual(Object.fromEntries(best));
        },
      ),
    );
  });

  it('do not shorten the page, and do not fall on two pages when they stand in the same place', async () => {
    const all = rows(30);
    const moved = all.map((row) => ({ ...row, epoch: 2 }));
    for (let limit = 1; limit <= 30; limit++) {
      const { items } = await mergeSorted([rowSource(all), rowSource(moved)], byPlace, limit, newest);
      expect(items, `limit ${limit}`).toEqual(moved.slice(0, limit));
    }
  });

  it('are passed by when they are not to be seen, wherever the page ends', async () => {
    const all = rows(12);
    const moved = [{ id: 's0001', epoch: 2, at: 21 }];
    const isShown = ({ id, epoch }: Row) => id !== 's0001' || epoch === 2;
    const expected = [...all.filter(({ id }) => id !== 's0001'), ...moved].toSorted(byPlace);
    for (let limit = 1; limit <= 12; limit++) {
      const { items } = await mergeSorted([rowSource(all), rowSource(moved)], byPlace, limit, { ...newest, isShown });
      expect(items, `limit ${limit}`).toEqual(expected.slice(0, limit));
    }
  });

  it('are found when they stand in different batches', async () => {
    const all = rows(900);
    const moved = [{ id: 's0001', epoch: 2, at: 1_701 }];
    const { items } = await mergeSorted([rowSource(all), rowSource(moved)], byPlace, 1_000, newest);
    expect(items.filter(({ id }) => id === 's0001')).toEqual(moved);
    expect(items).toHaveLength(900);
  });

  it('cost no further question where a page comes from one source', async () => {
    const one = rowSource(rows(300));
    const other = rowSource(rows(300, { at: 10_000 }));
    await mergeSorted([one, other], byPlace, 20, newest);
    expect([one.asked, other.asked]).toEqual([1, 1]);
  });
});

describe('mergeSorted with items that may not be used', () => {
  const even = async (fetched: readonly { items: readonly number[] }[]) =>
    fetched.map(({ items }) => items.filter((n) => n % 2 === 0));

  it('gives what sorting the others would give, and asks again where a batch had none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 4_000 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 300 }),
        async (numbers, parts, limit) => {
          const sources = Array.from({ length: parts }, (_, part) =>
            aSource(numbers.filter((_n, i) => i % parts === part).sort(byNumber)),
          );
          const merged = await mergeSorted(sources, byNumber, limit, noDuplicates, even);
          if (merged.silent.length > 0) return;
          const expected = numbers.filter((n) => n % 2 === 0).sort(byNumber);
          expect(merged.items).toEqual(expected.slice(0, limit));
        },
      ),
    );
  });

  it('counts a source as silent that sends nothing else', async () => {
    const odd = Array.from({ length: 5_000 }, (_, n) => 2 * n + 1);
    const merged = await mergeSorted([aSource(odd), aSource([2, 4])], byNumber, 10, noDuplicates, even);
    expect(merged).toEqual({ items: [2, 4], cut: false, size: 0, silent: [0] });
  });
});
