import { constants } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { StateFolders } from './guest-folder.ts';
import { readTail } from './read-tail.ts';
import { openFile } from './unfollowed.ts';

const { O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } = constants;
/** A file is this many times its limit at most, as it is read and kept: a guest writes on until its log is turned over. */
const SLACK_FACTOR = 2;

/**
 * A guest's console log, in two files of bounded size, and what its QEMU says. QEMU appends to the first and to its own, whatever their
 * lengths; a process that was taken over can make them as long as it likes, and costs the agent no more memory or disk for it.
 */
export class ConsoleLog {
  readonly #folders: StateFolders;
  readonly #limitBytes: number;

  constructor(folders: StateFolders, limitBytes: number) {
    this.#folders = folders;
    this.#limitBytes = limitBytes;
  }

  /** Turns the log over if it is too long. Lines that a guest writes between the save and the truncation are lost. */
  async turnOver(guestId: string): Promise<void> {
    const log = this.#folders.file(guestId, 'log');
    if (await this.#isTooLong(log)) await empty(log);
    const path = this.#folders.file(guestId, 'console');
    if (!(await this.#isTooLong(path))) return;
    const older = await openFile(this.#folders.file(guestId, 'olderConsole'), O_WRONLY | O_CREAT | O_TRUNC);
    try {
      await older.writeFile(await this.#tail(path));
    } finally {
      await older.close();
    }
    await empty(path);
  }

  async read(guestId: string, lines: number | null): Promise<string> {
    const parts = (['olderConsole', 'console'] as const).map((name) => this.#tail(this.#folders.file(guestId, name)));
    // Bytes that are no text (boot loaders print some) are shown as U+FFFD.
    const text = (await Promise.all(parts)).map((bytes) => bytes.toString()).join('');
    if (lines === null) return text;
    const all = text.split('\n');
    const count = text.endsWith('\n') ? lines + 1 : lines;
    return all.slice(Math.max(0, all.length - count)).join('\n');
  }

  #tail(path: string): Promise<Buffer> {
    return readTail(path, SLACK_FACTOR * this.#limitBytes);
  }

  async #isTooLong(path: string): Promise<boolean> {
    return await lstat(path).then(
      ({ size }) => size >= this.#limitBytes,
      () => false,
    );
  }
}

async function empty(path: string): Promise<void> {
  const file = await openFile(path, O_RDWR);
  try {
    await file.truncate(0);
  } finally {
    await file.close();
  }
}
