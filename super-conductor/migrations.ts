import { migrate } from '#platform/database/migrations.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';

/** Brings the directory's schema up to date before anything else of this process starts. */
export const directoryMigrations = (directory: Directory, owner: string, log: Logger): Service => ({
  name: 'directory migrations',
  start: () => migrate(directory.schema, DIRECTORY_MIGRATIONS, log, owner),
  drain: async () => undefined,
  stop: async () => undefined,
});
