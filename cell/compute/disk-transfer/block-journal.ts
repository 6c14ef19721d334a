import { appendFile, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeFileAtomically } from '../../agent/atomic-file.ts';
import { blockCount, type CopiedDisk } from './disk-manifest.ts';

/**
 * Which blocks of a partial disk are here, checked and durable: a file of JSON lines next to the disk. The first says of what (source, name,
 * version, sizes), each further one lists indices whose bytes had been synced before it was written. A line that a crash lost, or cut,
 * costs that those blocks are fetched again, nothing else.
 */
export class BlockJournal {
  readonly #path: string;
  readonly #source: string;

  constructor(path: string, source: string) {
    this.#path = path;
    this.#source = source;
  }

  /** The blocks noted for this very disk; null: there is no journal, or one of something else. */
  async read(disk: CopiedDisk): Promise<Set<number> | null> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const [head, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    if (head !== this.#head(disk)) return null;
    const noted = new Set<number>();
    for (const line of lines) for (const index of parseLine(line)) if (index < blockCount(disk)) noted.add(index);
    return noted;
  }

  async begin(disk: CopiedDisk): Promise<void> {
    await writeFileAtomically(this.#path, `${this.#head(disk)}\n`);
  }

  async note(indices: readonly number[]): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify(indices)}\n`, { mode: 0o600 });
  }

  /** Durable: what it named is not believed any more. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    await syncFolder(dirname(this.#path));
  }

  #head({ name, version, bytes, blockBytes }: CopiedDisk): string {
    return JSON.stringify({ source: this.#source, name, version, bytes, blockBytes });
  }
}

/** A line that is no list of indices was cut by a crash of the host; it says nothing. */
function parseLine(line: string): readonly number[] {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value.filter((index) => Number.isInteger(index) && index >= 0) : [];
  } catch {
    return [];
  }
}
