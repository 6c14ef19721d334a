import { expect, test } from 'vitest';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { nextWayBack } from '../../../../cell/conductor/operations/rebuild.ts';

const observed = (rebuilds: number) => JSON.stringify({ rebuilds, rescueId: null });
const desired = (count: number) => JSON.stringify({ ...NO_PARTS, rebuild: { count, preserveEphemeral: false } });
const NOW = 1_000_000;
const way = (rest: object) =>
  nextWayBack(
    {
      ...{ parts: desired(0), observedParts: observed(0), settled: false, hostUp: true, error: null, errors: 0 },
      ...{ changedAt: NOW, ...rest },
    },
    1,
    NOW,
  );

test('the guest is asked to be as before, which counts once it says that it is', () => {
  expect(way({ parts: desired(1) })).toBe('ask');
  expect(way({})).toBe('wait');
  expect(way({ settled: true })).toBe('restored');
  expect(way({ settled: true, parts: null, observedParts: null })).toBe('restored');
});

test('a disk that was discarded does not come back', () => {
  expect(way({ parts: desired(1), observedParts: observed(1) })).toBe('lost');
  expect(way({ settled: true, observedParts: observed(1) })).toBe('lost');
});

test('a host that cannot say is not believed to have the old disk', () => {
  expect(way({ hostUp: false })).toBe('lost');
  expect(way({ changedAt: 1 })).toBe('lost');
  const error = JSON.stringify({ message: 'it broke', details: null, permanent: true });
  expect(way({ error, errors: 1 })).toBe('lost');
});
