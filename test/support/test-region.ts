import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, ApiError } from '../../deploy/client/api-client.ts';
import type { Server } from '../../deploy/client/views.ts';
import { forget } from '../../deploy/local/earlier-run.ts';
import { createProgress } from '../../deploy/local/progress.ts';
import { LocalRegion } from '../../deploy/local/region.ts';
import { atInterrupt } from './interruptible.ts';
import { TEST_CACHE } from './lone-cell.ts';
import { newServer } from './server-calls.ts';
import { waitUntil } from './wait-until.ts';

export type { Server };

/** A region in a folder of its own, on free ports, as `npm start` makes it. */
export interface TestRegion {
  readonly region: LocalRegion;
  readonly admin: ApiClient;
  /** Asks for a server until it is accepted; the same key never makes two. @returns its id. */
  createServer(name: string): Promise<string>;
  server(id: string): Promise<Server>;
  /** Waits until it is ACTIVE. @throws when it becomes ERROR, with the fault. */
  untilActive(id: string, timeoutMs?: number): Promise<Server>;
  remove(): Promise<void>;
}

/** The processes of a region are given the VOLVOX_* options of the process that starts them: an answer that is not as declared is a 500. */
const CHECKED = { VOLVOX_API_CHECK_RESPONSES: 'true' };

/** Paths of sockets have 107 bytes at most, those of guests in a region 82 without its home. */
const HOME_PREFIX = 'volvox-';

export interface TestRegionSize {
  readonly cells: number;
  /** Over all cells; 0: QEMU hosts. */
  readonly simulatedHosts: number;
  /** QEMU hosts of each cell; absent: one. */
  readonly hosts?: number;
  /** VOLVOX_* options of its processes. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Its processes run their sources; functions in a profile have the names of their files. */
  readonly fromSources?: true;
  /** Absent: by socket files. `tcp`: as between machines, over TLS. */
  readonly stores?: 'tcp';
  /** The folder its home is made in; absent: that of temporary files. */
  readonly parent?: string;
}

export async function startTestRegion({
  settings = {},
  parent = tmpdir(),
  ...options
}: TestRegionSize): Promise<TestRegion> {
  const home = mkdtempSync(join(parent, HOME_PREFIX));
  const said: string[] = [];
  const progress = createProgress((line) => void said.push(line));
  const region = new LocalRegion(
    { stores: null, hosts: null, ...options, home, cache: TEST_CACHE, portBase: 0, fresh: false },
    progress,
  );
  const removeAll = async (): Promise<void> => {
    await region.stop();
    await forget(region.home, progress);
    rmSync(home, { recursive: true, force: true });
    removed();
  };
  let removing: Promise<void> | undefined;
  const remove = (): Promise<void> => {
    removing ??= removeAll();
    return removing;
  };
  const removed = atInterrupt(remove);
  try {
    Object.assign(process.env, CHECKED, settings);
    await region.start();
    const admin = await region.admin();
    const unlimited = { instances: -1, cores: -1, ram: -1 };
    const path = { project: admin.projectId };
    await admin.call('compute', 'PUT /os-quota-sets/{project}', { path, body: { quota_set: unlimited } });
    return { region, admin, remove, ...serverCalls(admin, await imageOf(admin)) };
  } catch (error) {
    await remove();
    throw new Error(`${(error as Error).message}\n${said.join('')}`, { cause: error });
  }
}

async function imageOf(admin: ApiClient): Promise<string> {
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  const [image] = images;
  if (image === undefined) throw new Error('the region has no image');
  return image.id;
}

function serverCalls(admin: ApiClient, imageRef: string): Pick<TestRegion, 'createServer' | 'server' | 'untilActive'> {
  const server = async (id: string): Promise<Server> =>
    (await admin.call('compute', 'GET /servers/{id}', { path: { id } })).server;
  const createServer = (name: string): Promise<string> =>
    waitUntil(`${name} to be accepted`, async () => {
      const headers = { 'idempotency-key': `test-${name}` };
      return newServer(admin, { name, flavorRef: '1', imageRef, networks: 'auto' }, headers);
    });
  const untilActive = (id: string, timeoutMs = 60_000): Promise<Server> => {
    const failed: { fault?: string } = {};
    return waitUntil(
      `server ${id} to be ACTIVE`,
      async () => {
        const found = await server(id).catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 404) throw error;
          return null;
        });
        if (found?.status === 'ERROR') failed.fault = found.fault?.message ?? 'no fault';
        return found?.status === 'ACTIVE' || failed.fault !== undefined ? { found } : null;
      },
      timeoutMs,
      100,
    ).then(({ found }) => {
      if (found === null || failed.fault !== undefined) throw new Error(`server ${id} is in ERROR: ${failed.fault}`);
      return found;
    });
  };
  return { createServer, server, untilActive };
}
