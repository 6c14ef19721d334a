import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#platform/config/secret.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { buildApi } from '../../../api/app.ts';
import { createCaches } from '../../../api/caches.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { unauthenticated } from '../../../api/http/authenticate.ts';
import { NOBODY } from '../../../api/identity/caller.ts';
import { FileImageStore } from '../../../api/image/store/file-image-store.ts';
import { defaultBudgets } from '../../support/default-budgets.ts';
import { createTestDatabase } from '../../support/test-database.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

interface Gate {
  letThrough: number;
  /** How many transactions have begun to wait. */
  waiting: number;
  readonly released: Promise<void>;
}

export interface EveryApi {
  readonly deps: ApiDeps;
  /** `send('GET /image/v2/images', {}, body)`. An object is sent as JSON with its content type, a text as it is. The token is `admin` unless the headers name another. */
  send(what: string, headers?: Record<string, string>, body?: object | string): Promise<Reply>;
  /** While this is set, transactions of the directory wait until it is released, except for so many that come first. */
  gate: Gate | null;
  close(): Promise<void>;
}

/** The whole front, all six APIs as the process serves them, with a real directory and without cells. The only token is `admin`. */
export async function createEveryApi(): Promise<EveryApi> {
  const { database, drop } = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  const folder = await mkdtemp(join(tmpdir(), 'volvox-every-api-'));
  const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
  const transaction: typeof database.transaction = async (...given) => {
    const { gate } = api;
    if (gate !== null && gate.letThrough-- <= 0) {
      gate.waiting += 1;
      await gate.released;
    }
    return database.transaction(...given);
  };
  const directory = { ...database, transaction };
  const cells = new CellDoors({ directory, seal, log: silentLogger, refreshEveryMs: 3_600_000 });
  await cells.start();
  const deps = {
    directory,
    cells,
    config: {
      publicUrl: 'http://api.test',
      trustedProxies: [],
      region: 'RegionOne',
      imageMaxMb: 1,
      imageCountTotal: 1_000,
      imageSizeTotalMb: 1_048_576,
      imageCountUploading: 20,
      reservedRanges: ['100.64.0.0/30'],
      checkResponses: true,
    },
    log: silentLogger,
    clock: systemClock,
    caches: createCaches(),
    ...defaultBudgets(directory, systemClock),
    waker: { wake: async () => undefined },
    imageStore: new FileImageStore(folder),
    tokens: {
      verify: (token: string) => {
        if (token !== 'admin') throw unauthenticated();
        return { ...NOBODY, userId: 'admin', projectId: 'p', roles: ['admin', 'member', 'reader'], isAdmin: true };
      },
    },
  } as unknown as ApiDeps;
  const app = buildApi(deps);
  await app.ready();
  const api: EveryApi = {
    deps,
    gate: null,
    send: async (what, headers = {}, body = undefined) => {
      const [method = 'GET', url = '/'] = what.split(' ');
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { 'x-auth-token': 'admin', ...headers },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body };
    },
    close: async () => {
      await app.close();
      await cells.stop();
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return api;
}
