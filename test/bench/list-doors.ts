import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { openDatabase } from '#platform/database/database.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import type { DoorHandlers } from '../../cell/conductor/door/door.ts';
import { getInstance, listInstances } from '../../cell/conductor/door/instances.ts';
import type { ConductorParts } from '../../cell/conductor/parts.ts';
import type { CellTables } from '../../cell/database/tables.ts';

/** The doors of cells, as far as lists need them, in a process of their own: `{port, user, databases}` from the parent; the answer is their URLs. */
export interface DoorsOrder {
  readonly port: number;
  readonly user: string;
  readonly databases: readonly string[];
}

async function serveDoor({ port, user }: DoorsOrder, database: string): Promise<string> {
  const opened = openDatabase<CellTables>({
    ...{ host: '127.0.0.1', port, user, password: new Secret(''), database, poolSize: 2 },
  });
  const parts = { database: opened, cell: { name: database } } as unknown as ConductorParts;
  const handlers = {
    listInstances: (page, { signal }) => listInstances(parts, page, signal),
    getInstance: ({ uuid }) => getInstance(parts, uuid),
  } satisfies Partial<DoorHandlers>;
  const http = createHttpService({
    ...{ name: database, host: '127.0.0.1', port: 0, log: silentLogger },
    routes: (app) => serveContract(app, doorContract, handlers as unknown as DoorHandlers, () => ({ id: null })),
  });
  await http.start();
  return http.address();
}

process.on('message', async (order: DoorsOrder) => {
  process.send?.(await Promise.all(order.databases.map((database) => serveDoor(order, database))));
});
process.on('disconnect', () => process.exit(0));
// A Ctrl-C of the terminal comes to all its processes; the parent says when this one ends.
process.on('SIGINT', () => undefined);
