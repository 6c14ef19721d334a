import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { AnyOperation, StepContext } from '#platform/operations/definition.ts';
import { operationToTable } from '#platform/operations/operation-rows.ts';
import { resize } from '../../../../cell/conductor/operations/resize.ts';
import { revertResize } from '../../../../cell/conductor/operations/revert-resize.ts';
import type { CellParts } from '../../../../cell/conductor/parts.ts';
import type { CellTx } from '../../../../cell/database/cell-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

/**
 * A user's change that commits between what a step reads and its transaction. The step is carried out by the test; its operation is
 * one whose lease never ends, so that the conductor keeps its hands off.
 */
describe('a server that is changed while it is resized', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  afterEach(() => {
    world.agents.guestFate = () => 'settle';
  });
  const flavor = aFlavor({ id: '2', vcpus: 2 });
  const rename = (uuid: string) => world.door.updateInstance({ uuid, patch: { name: 'renamed' }, actor: anActor() });
  const guestWithRole = async (uuid: string, role: 'current' | 'source' | 'target'): Promise<string> => {
    const { id } = await world.test.database.read
      .selectFrom('guests')
      .select('id')
      .where('instance_uuid', '=', uuid)
      .where('role', '=', role)
      .executeTakeFirstOrThrow();
    return id;
  };

  async function carryOut<P>(
    definition: AnyOperation<CellParts, CellTx>,
    stepName: string,
    way: 'do' | 'undo',
    uuid: string,
    params: P,
    outputs: Record<string, unknown> = {},
  ): Promise<void> {
    const { database } = world.test;
    const operationId = randomUUID();
    const now = Date.now();
    const forEver = now + 1e9;
    const times = { wakeAt: forEver, leaseExpiresAt: forEver, deadlineAt: forEver, createdAt: now, updatedAt: now };
    const position = { stepIndex: 0, attempt: 1, state: 'running' as const, history: [], message: null };
    const who = { leaseOwner: 'test', leaseToken: 1, requestId: 'req-test', userId: null, projectId: null };
    const row = {
      id: operationId,
      kind: definition.kind,
      subject: uuid,
      params,
      outputs,
      signals: 0,
      finishedAt: null,
    };
    await database.transaction(async (tx) => {
      await tx
        .insertInto('operations')
        .values(operationToTable({ ...row, ...times, ...position, ...who }))
        .execute();
      await tx.updateTable('instances').set({ operation_id: operationId }).where('uuid', '=', uuid).execute();
    });
    const transaction = async <R>(work: (tx: CellTx) => Promise<R>): Promise<R> => {
      await rename(uuid);
      return database.transaction(work);
    };
    const context: StepContext<P, CellTx> = {
      ...{ operationId, subject: uuid, params, outputs, requestId: 'req-test', userId: null, projectId: null },
      ...{ attempt: 1, now, deadlineAt: forEver, leaseToken: 1, reason: way === 'undo' ? 'a test' : null },
      ...{ signal: new AbortController().signal, log: silentLogger },
      at: () => undefined,
      inTransaction: async (work) => {
        await transaction(work);
        return { outcome: 'committed' };
      },
    };
    const parts = { ...world.conductor.parts, database: { ...database, transaction } };
    const step = definition.steps.find((candidate) => candidate.name === stepName);
    const carry = way === 'do' ? step?.do : step?.undo;
    if (typeof carry !== 'function') throw new Error(`${definition.kind} has no ${way} of ${stepName}`);
    await carry(context, parts);
  }

  it('keeps the change when the new guest becomes the current one', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    const { operationId } = await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
    await waitUntil('the new guest', async () => (await world.get(uuid)).taskState === 'resize_finish');
    const params = {
      ...{ flavor, candidates: [world.host(1).id], before: 'active', label: null },
      ...{ sourceGuestId: await guestWithRole(uuid, 'current'), targetGuestId: await guestWithRole(uuid, 'target') },
    };
    const ended = { finished_at: Date.now(), state: 'done' as const };
    await world.test.database.write.updateTable('operations').set(ended).where('id', '=', operationId).execute();
    await carryOut(resize, 'switch-over', 'do', uuid, params, { 'claim-target': { hostId: world.host(1).id } });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'resized', name: 'renamed', flavor: { id: '2' } });
  });

  for (const way of ['do', 'undo'] as const) {
    it(`keeps the change when the old guest becomes the current one again (${way})`, async () => {
      const uuid = await world.anActiveInstance(0);
      await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
      await world.until(uuid, 'resized');
      const guests = {
        sourceGuestId: await guestWithRole(uuid, 'source'),
        targetGuestId: await guestWithRole(uuid, 'current'),
      };
      await carryOut(revertResize, 'drop-target', way, uuid, { ...guests, before: 'active' });
      expect(await world.get(uuid)).toMatchObject({ name: 'renamed', flavor: { id: '1' }, host: 'host-1' });
    });
  }
});
