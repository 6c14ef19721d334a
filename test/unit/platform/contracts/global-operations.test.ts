import { randomUUID } from 'node:crypto';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { GLOBAL_QUEUE, MOVE_SERVER, ROUTE_BUILD } from '#platform/contracts/global-operations.ts';
import { moveServer } from '../../../../super-conductor/operations/move-server.ts';
import { routeBuild } from '../../../../super-conductor/operations/route-build.ts';

const uuid = randomUUID();
const [fromCellId, toCellId] = [randomUUID(), randomUUID()];

it('are run as they are begun', () => {
  for (const [operation, definition] of [
    [ROUTE_BUILD, routeBuild],
    [MOVE_SERVER, moveServer],
  ] as const) {
    expect(definition).toMatchObject({ kind: operation.kind, deadline: operation.deadline, params: operation.params });
    expect(operation.queue).toBe(GLOBAL_QUEUE);
  }
});

it('understand what the first release wrote', () => {
  expect(Value.Check(ROUTE_BUILD.params, { uuid })).toBe(true);
  expect(Value.Check(MOVE_SERVER.params, { uuid, fromCellId, toCellId, host: null, epoch: 2 })).toBe(true);
  expect(Value.Check(MOVE_SERVER.params, { uuid, fromCellId, toCellId, host: null })).toBe(false);
});
