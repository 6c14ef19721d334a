import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSorted, type SortedSource } from '../../../../api/cross-cell/merge-sorted.ts';

const byNumber = (a: number, b: number) => a - b;

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
          const { items, silent } = await mergeSorted(sources, byNumber, limit);
          expect(items).toEqual([...numbers].sort(byNumber).slice(0, limit));
          expect(silent).toEqual([]);
        },
      ),
    );
  });

  it('asks for what the page needs, not for a page of each', async () => {
    const sources = Array.from({ length: 10 }, (_, part) =>
      aSource(Array.from({ length: 2_000 }, (_n, i) => i * 10 + part)),
    );
    await mergeSorted(sources, byNumber, 1_000);
    expect(sources.reduce((sum, source) => sum + source.given, 0)).toBeLessThanOrEqual(1_200);
  });

  it('goes on without those that fall silent, and names them', async () => {
    const { items, silent } = await mergeSorted(
      [aSource([1, 3]), { next: async () => null }, aSource([2])],
      byNumber,
      10,
    );
    expect(items).toEqual([1, 2, 3]);
    expect(silent).toEqual([1]);
  });
});
