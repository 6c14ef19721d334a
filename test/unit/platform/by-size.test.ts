import { describe, expect, it } from 'vitest';
import { bySize } from '#platform/batching/by-size.ts';

describe('a list in parts by size', () => {
  const item = (bytes: number) => 'x'.repeat(bytes - 2);

  it('stays whole when it is small, and is none when it is empty', () => {
    expect(bySize([item(10), item(10)], 20)).toEqual([[item(10), item(10)]]);
    expect(bySize([], 20)).toEqual([]);
  });

  it('keeps its order, and a large one apart from the others', () => {
    const list = [item(10), item(11), item(50), item(5), item(5), item(10), item(4)];
    expect(bySize(list, 20)).toEqual([[list[0]], [list[1]], [list[2]], list.slice(3, 6), [list[6]]]);
    expect(bySize(list, 20).flat()).toEqual(list);
  });
});
