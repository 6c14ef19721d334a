import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { type AnyOperation, StepRefused } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { attachInterface } from '../../../super-conductor/operations/attach-interface.ts';
import { detachInterface } from '../../../super-conductor/operations/detach-interface.ts';
import { aNetwork } from '../../support/a-network.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { aWorldWithPort } from './a-world-with-port.ts';

type Definition = AnyOperation<GlobalDeps, DirectoryTx>;
type PortWorld = Awaited<ReturnType<typeof aWorldWithPort>>;

describe('a request for a change of ports that arrives when all is undone', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** Begins the operation, and returns what its operator does. */
  async function begin({ uuid, common: { store, deps, close } }: PortWorld, definition: Definition, params: object) {
    closing.push(close);
    const engine = new OperationEngine<GlobalDeps, DirectoryTx>({
      ...{
        store,
        deps,
        definitions: [definition],
        log: silentLogger,
        workerId: `late-${randomUUID()}`,
        reapEveryMs: 20,
      },
    });
    closing.push(() => engine.stop());
    const id = randomUUID();
    const asked = { requestId: 'req-late', userId: null, projectId: null };
    await store.transaction((tx) => engine.begin(tx, { ...asked, id, kind: definition.kind, subject: uuid, params }));
    await engine.start();
    engine.wake(id);
    return {
      turnBack: () => engine.resolve({ id, direction: 'back', by: 'operator' }),
      undone: () => waitUntil(`${definition.kind} to be undone`, async () => (await store.get(id))?.state === 'undone'),
    };
  }
  const attaching = ({ uuid, port }: PortWorld) => ({
    ...{ uuid, port: { ...port, tag: null, preserveOnDelete: false }, network: aNetwork({ id: port.networkId }) },
    isAdmin: false,
  });

  it('takes no port from the server that the directory says it has', async () => {
    const world = await aWorldWithPort();
    const { cell, uuid, port, books } = world;
    cell.cards.add(port.id);
    cell.late = 'detachInterface';
    const operation = await begin(world, detachInterface, { uuid, portId: port.id, isAdmin: false });
    await waitUntil('a request on its way', async () => cell.onTheWay > 0);
    await operation.turnBack();
    await operation.undone();
    expect(await cell.arrive()).toBeGreaterThan(0);
    expect(await books()).toEqual({ cards: [port.id], ports: [port.id] });
  });

  it('gives the server no port that the directory has released', async () => {
    const world = await aWorldWithPort();
    const { cell, books } = world;
    cell.late = 'attachInterface';
    const operation = await begin(world, attachInterface, attaching(world));
    await waitUntil('a request on its way', async () => cell.onTheWay > 0);
    await operation.turnBack();
    await operation.undone();
    expect(await cell.arrive()).toBeGreaterThan(0);
    expect(await books()).toEqual({ cards: [], ports: [] });
  });

  it('does not withdraw a port that is attached again', async () => {
    const world = await aWorldWithPort();
    const { cell, port } = world;
    cell.late = 'withdrawPort';
    const operation = await begin(world, refusedWhenAttached(attachInterface), attaching(world));
    await waitUntil('a withdrawal on its way', async () => cell.onTheWay > 0);
    cell.cards.delete(port.id);
    await operation.undone();
    cell.cards.add(port.id);
    expect(await cell.arrive()).toBeGreaterThan(0);
    expect([...cell.cards]).toEqual([port.id]);
  });
});

/** The cell has attached the port, and the operation goes back all the same. */
const refusedWhenAttached = (definition: Definition): Definition => ({
  ...definition,
  steps: definition.steps.map((step) => ({
    ...step,
    do: async (context, deps) => {
      const result = await step.do(context, deps);
      if (step.name === 'attach' && result.outcome === 'done') throw new StepRefused('a test turns it back');
      return result;
    },
  })),
});
