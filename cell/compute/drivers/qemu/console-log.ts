import { copyFile, readFile, stat, truncate } from 'node:fs/promises';
import type { StateFolders } from './guest-folder.ts';

/** A guest's console log, in two files of bounded size: QEMU appends to the first, whatever its length. */
export class ConsoleLog {
  readonly #folders: StateFolders;
  readonly #limitBytes: number;

  constructor(folders: StateFolders, limitBytes: number) {
    this.#folders = folders;
    this.#limitBytes = limitBytes;
  }

  /** Turns the log over if it is too long. Lines that a guest writes between the save and the truncation are lost. */
  async turnOver(guestId: string): Promise<void> {
    const path = this.#folders.file(guestId, 'console');
    if ((await sizeOf(path)) < this.#limitBytes) return;
    await copyFile(path, this.#folders.file(guestId, 'olderConsole'));
    await truncate(path, 0);
  }

  async read(guestId: string, lines: number | null): Promise<string> {
    const parts = (['olderConsole', 'console'] as const).map((name) => readOrEmpty(this.#folders.file(guestId, name)));
    const text = (await Promise.all(parts)).join('');
    if (lines === null) return text;
    const all = text.split('\n');
    const count = text.endsWith('\n') ? lines + 1 : lines;
    return all.slice(Math.max(0, all.length - count)).join('\n');
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Bytes that are no text (boot loaders print some) are shown as U+FFFD. */
async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
