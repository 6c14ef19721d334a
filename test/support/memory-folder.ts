import { accessSync, constants, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Of the folder and of the machine, bytes: what a run needs at most, and much that stays free. */
const MIN_FREE = 6 * 1024 ** 3;

/**
 * Where databases of tests are best made: in memory, where there is enough of it. A disk takes seconds to make or drop some seventy tables,
 * memory a tenth of one. Tests that need files to be on a disk take `tmpdir()`.
 */
export function memoryFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) >= MIN_FREE ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
