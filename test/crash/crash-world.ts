import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegionSql } from '../support/books/region-sql.ts';
import { startTestRegion } from '../support/test-region.ts';
import { Holds } from './holds.ts';
import type { CrashWorld } from './round.ts';

/** Several operations at once are held in the middle of their transactions: each keeps a connection. */
const POOL_SIZE = '60';

/** A region of two cells whose operations can be held. `simulatedHosts` 0: a QEMU host in each. */
export async function openCrashWorld(options: {
  readonly simulatedHosts: number;
}): Promise<CrashWorld & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'volvox-drill-'));
  const environment = {
    VOLVOX_DRILL_FOLDER: folder,
    VOLVOX_CELL_DATABASE_POOL_SIZE: POOL_SIZE,
    VOLVOX_DIRECTORY_POOL_SIZE: POOL_SIZE,
    VOLVOX_COMPUTE_FAKE_SPAWN_MS: '200',
  };
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  const restore = (): void => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { region, admin, remove } = await startTestRegion({ cells: 2, ...options });
    const sql = openRegionSql(region);
    const close = async (): Promise<void> => {
      await sql.close();
      await remove();
      restore();
    };
    return { region, admin, sql, holds: new Holds(folder), close };
  } catch (error) {
    restore();
    throw error;
  }
}
