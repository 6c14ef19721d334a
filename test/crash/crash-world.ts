import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { openRegionSql, type RegionSql } from '../support/books/region-sql.ts';
import { atInterrupt } from '../support/interruptible.ts';
import { startTestRegion } from '../support/test-region.ts';
import { Pauses } from './pauses.ts';

/** A region of two cells whose operations can be paused at any step. */
export interface CrashWorld {
  readonly region: LocalRegion;
  readonly admin: ApiClient;
  readonly sql: RegionSql;
  readonly pauses: Pauses;
  /** What its servers are made from. */
  readonly imageName: string;
}

type CrashDriver = 'fake' | 'qemu';

const SIMULATED_HOSTS = 8;
/** Many operations are paused in the middle of their transactions at once, and each keeps a connection. */
const POOL_SIZE = '60';
/** Deleted servers are kept, so that a delete for good is a forced one. Longer than any round. */
const RECLAIM_SECONDS = '86400';
const SMALL_IMAGE = 'volvox-crash';
const SMALL_IMAGE_BYTES = 2 * 1024 * 1024;

/** The options of the region's processes. With QEMU, one host has capacity for a guest of each row. */
const environmentFor = (driver: CrashDriver, folder: string): Readonly<Record<string, string>> => ({
  VOLVOX_DRILL_FOLDER: folder,
  VOLVOX_CELL_DATABASE_POOL_SIZE: POOL_SIZE,
  VOLVOX_DIRECTORY_POOL_SIZE: POOL_SIZE,
  VOLVOX_CONDUCTOR_RECLAIM_INSTANCE_SECONDS: RECLAIM_SECONDS,
  // On a machine that is busy with ninety operations at once, an agent may take longer than usual to come back.
  VOLVOX_CONDUCTOR_AGENT_DOWN_AFTER_MS: '20000',
  ...(driver === 'fake'
    ? { VOLVOX_COMPUTE_FAKE_SPAWN_MS: '200' }
    : {
        VOLVOX_COMPUTE_HOST_VCPUS: '128',
        VOLVOX_COMPUTE_HOST_RAM_MB: '65536',
        VOLVOX_COMPUTE_HOST_DISK_GB: '1024',
        // Nothing in these guests listens to the power button.
        VOLVOX_CONDUCTOR_GRACEFUL_STOP_MS: '500',
      }),
});

export async function openCrashWorld(driver: CrashDriver): Promise<CrashWorld & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'volvox-drill-'));
  const restore = setEnvironment(environmentFor(driver, folder));
  const cleanUp = (): void => {
    restore();
    rmSync(folder, { recursive: true, force: true });
    cleaned();
  };
  const cleaned = atInterrupt(async () => cleanUp());
  try {
    const simulatedHosts = driver === 'fake' ? SIMULATED_HOSTS : 0;
    const { region, admin, remove } = await startTestRegion({ cells: 2, simulatedHosts });
    const imageName = driver === 'fake' ? 'volvox-guest' : await smallImage(admin);
    const sql = openRegionSql(region);
    const close = async (): Promise<void> => {
      await sql.close();
      await remove();
      cleanUp();
    };
    return { region, admin, sql, imageName, pauses: new Pauses(folder), close };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/** A disk that no machine boots from, so that a hundred of them together leave the processors alone; random, so that it is all sent. */
async function smallImage(admin: ApiClient): Promise<string> {
  const body = { name: SMALL_IMAGE, visibility: 'public', disk_format: 'raw', container_format: 'bare' };
  const { id } = await admin.call('image', 'POST /v2/images', { body });
  const bytes = new Blob([randomBytes(SMALL_IMAGE_BYTES)]).stream();
  await admin.call('image', 'PUT /v2/images/{id}/file', { path: { id }, bytes });
  return SMALL_IMAGE;
}

/** @returns what puts the environment back as it was. */
function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
