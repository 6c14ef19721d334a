import { stat, truncate } from 'node:fs/promises';

/** What a log of a service may have, bytes. It stands in memory (`/run`), and guests make some of its lines. */
const MAX_LOG_BYTES = 1024 * 1024;

/** Empties a log that has grown too long. Its writer appends, so it goes on at the start. No log is no error. */
export async function boundLog(path: string): Promise<void> {
  try {
    if ((await stat(path)).size > MAX_LOG_BYTES) await truncate(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
