import { expect } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { attachInterface } from '../../../super-conductor/operations/attach-interface.ts';
import { detachInterface } from '../../../super-conductor/operations/detach-interface.ts';
import { aNetwork } from '../../support/a-network.ts';
import { itKeepsTheOperationLaws, type OperationWorld } from '../../support/operation-laws.ts';
import { aWorldWithPort } from './a-world-with-port.ts';

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
