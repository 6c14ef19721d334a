import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startMariadb } from './mariadb.ts';
import { memoryFolder } from './memory-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mariadbPort: number;
  }
}

/** One MariaDB for a run of tests; each test makes databases of its own in it (test-database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(memoryFolder(), 'volvox-test-'));
  const mariadb = await startMariadb(join(folder, 'mariadb'));
  project.provide('mariadbPort', mariadb.port);
  return async () => {
    await mariadb.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
