import type { beginKey } from '#platform/directory/stores/idempotency-keys.ts';

type BeginUse = Parameters<typeof beginKey>[1];

/** A use of an `Idempotency-Key` by a request that does not exist. */
export const aKeyUse = (changed: Partial<BeginUse> = {}): BeginUse => ({
  owner: 'project',
  userId: 'user',
  keyHash: 'key',
  requestId: 'req-1',
  fingerprint: 'f'.repeat(64),
  request: { method: 'POST', path: '/servers', version: '2.1', query: '', body: 'b'.repeat(64) },
  isRepeatable: false,
  ...changed,
});
