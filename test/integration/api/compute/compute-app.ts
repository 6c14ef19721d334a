import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { type ComputeApp, serveCompute } from '../../../support/compute-api.ts';
import { createTestDatabase } from '../../../support/test-database.ts';

export { type ComputeApp, PROJECT } from '../../../support/compute-api.ts';

/** The compute API with a real directory, without listening; `more` replaces what the tested nouns reach beyond it. */
export async function createComputeApp(more: Partial<ApiDeps> = {}): Promise<ComputeApp> {
  const { database, drop } = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  const app = await serveCompute(database, more);
  return {
    ...app,
    close: async () => {
      await app.close();
      await drop();
    },
  };
}
