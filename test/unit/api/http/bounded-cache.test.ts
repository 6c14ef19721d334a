import { expect, test } from 'vitest';
import { BoundedCache } from '../../../../api/http/bounded-cache.ts';

test('evicts the least recently used entry', () => {
  const cache = new BoundedCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});
