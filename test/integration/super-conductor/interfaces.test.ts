import { expect } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { recordHome } from '#platform/directory/stores/homes/placing.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { attachInterface } from '../../../super-conductor/operations/attach-interface.ts';
import { detachInterface } from '../../../super-conductor/operations/detach-interface.ts';
import { aNetwork } from '../../support/a-network.ts';
import { itKeepsTheOperationLaws, type OperationWorld } from '../../support/operation-laws.ts';
import { setHome } from '../../support/set-home.ts';
import { aPortOf } from './a-port-of.ts';
import { StubPortsCell } from './stub-ports-cell.ts';
import { aWorld } from './world.ts';

/** A server at home in a cell, with a port that the directory gives it. */
async function aWorldWithPort() {
  const cell = new StubPortsCell();
  const world = await aWorld([cell]);
  const { uuid } = await world.accept();
  await world.directory.write.deleteFrom('operations').execute();
  await world.directory.transaction(async (tx) => {
    await setHome(tx, uuid, { epoch: 2, placing_cell_id: cell.id }, Date.now());
    await recordHome(tx, uuid, { cellId: cell.id, epoch: 2 }, Date.now());
  });
  const port = await aPortOf(world, uuid);
  const books = async () => ({
    cards: [...cell.cards],
    ports: (await world.directory.read.selectFrom('ports').select('id').execute()).map(({ id }) => id),
  });
  const common = {
    store: createSqlOperationStore(world.directory),
    deps: world.deps,
    subject: uuid,
    close: () => world.close(),
  };
  return { cell, uuid, port, books, common };
}

type PortWorld = OperationWorld<GlobalDeps, DirectoryTx>;

itKeepsTheOperationLaws(attachInterface, async (): Promise<PortWorld> => {
  const { cell, uuid, port, books, common } = await aWorldWithPort();
  // The way back meets an evacuation or a rebuild that has begun meanwhile, then a server that was shelved.
  cell.busyFor = 2;
  cell.isShelved = true;
  const attached = { ...port, tag: null, preserveOnDelete: false };
  return {
    ...common,
    params: {
      ...{ uuid, port: attached, network: aNetwork({ id: port.networkId }) },
      isAdmin: false,
    },
    expectDone: async () => expect(await books()).toEqual({ cards: [port.id], ports: [port.id] }),
    expectUndone: async () => expect(await books()).toEqual({ cards: [], ports: [] }),
  };
});

itKeepsTheOperationLaws(detachInterface, async (): Promise<PortWorld> => {
  const { cell, uuid, port, books, common } = await aWorldWithPort();
  cell.cards.add(port.id);
  return {
    ...common,
    params: { uuid, portId: port.id, isAdmin: false },
    expectDone: async () => expect(await books()).toEqual({ cards: [], ports: [] }),
    expectUndone: async () => expect(await books()).toEqual({ cards: [port.id], ports: [port.id] }),
  };
});
