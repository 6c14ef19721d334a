import { expect, test } from 'vitest';
import { selfTimes } from '../../profile/self-times.ts';

test('functions have the time of their own samples; waiting is nobody’s', () => {
  const frame = (functionName: string, url: string, lineNumber = 0) => ({ functionName, url, lineNumber });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('toServer', 'file:///volvox/api/view.ts', 30) },
      { id: 3, callFrame: frame('row', 'file:///volvox/node_modules/mysql2/lib/a.js') },
      { id: 4, callFrame: frame('toServer', 'file:///volvox/api/view.ts', 30) },
      { id: 5, callFrame: frame('', 'file:///volvox/node_modules/@scope/pack/a.js') },
      { id: 6, callFrame: frame('writev', '') },
    ],
    samples: [1, 2, 3, 4, 5, 6],
    timeDeltas: [900_000, 500, 1_200, 1_000, 300, 200],
  };
  expect(selfTimes(profile, '/volvox')).toEqual([
    { name: 'toServer api/view.ts:31', ms: 1.5 },
    { name: 'row mysql2', ms: 1.2 },
    { name: '(anonymous) @scope/pack', ms: 0.3 },
    { name: 'writev', ms: 0.2 },
  ]);
});
