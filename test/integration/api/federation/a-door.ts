import { randomUUID } from 'node:crypto';
import { type CellDescription, doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { type Handlers, serveContract } from '#platform/rpc/server.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';

export interface TestDoor {
  readonly cellId: string;
  readonly key: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** A door over real HTTP that knows who it is, and what `more` answers; everything else is not found. */
export async function aDoor(name: string, more: Partial<Handlers<typeof doorContract>> = {}): Promise<TestDoor> {
  const cellId = randomUUID();
  const key = `the key of the door of the cell ${name}`.replaceAll(' ', '-');
  const description: CellDescription = {
    cellId,
    name,
    release: 'test',
    sql: 'ok',
    redis: 'ok',
    hosts: 2,
    hostsUp: 1,
    instances: 3,
    now: new Date().toISOString(),
  };
  const nothing = Object.fromEntries(
    Object.keys(doorContract.calls).map((call) => [
      call,
      async () => {
        throw new VolvoxError('not-found', `${call}: not in this test`);
      },
    ]),
  );
  const handlers = { ...nothing, describe: async () => description, ...more } as Handlers<typeof doorContract>;
  const server: HttpService = await startOnLoopback(name, (app) =>
    serveContract(
      app,
      doorContract,
      handlers,
      sharedKeys(() => [key]),
    ),
  );
  return { cellId, key, url: server.address(), stop: () => server.stop() };
}
