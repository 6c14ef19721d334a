import { chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Compile } from 'typebox/compile';
import { writeFileAtomically } from '../../agent/atomic-file.ts';
import { MetadataRecord } from './record.ts';

const check = Compile(MetadataRecord);
/** What may stand in a file name here. */
const SAFE = /^[0-9a-zA-Z.-]{1,64}$/;

/** Records on disk: a file for each address of each network. */
export class RecordFiles {
  readonly #dir: string;
  /** Who may read them; null: only the agent's own user. */
  readonly #ownerUid: number | null;

  constructor(dir: string, ownerUid: number | null = null) {
    this.#dir = dir;
    this.#ownerUid = ownerUid;
  }

  /** Null when there is none, or none that can be understood. */
  async read(networkId: string, address: string): Promise<MetadataRecord | null> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path(networkId, address), 'utf8'));
      return check.Check(value) ? value : null;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(networkId: string, address: string, record: MetadataRecord): Promise<void> {
    const path = this.#path(networkId, address);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFileAtomically(path, JSON.stringify(record), 0o600);
    if (this.#ownerUid !== null && (await stat(path)).uid !== this.#ownerUid) {
      await chown(path, this.#ownerUid, this.#ownerUid);
    }
  }

  async remove(networkId: string, address: string): Promise<void> {
    await rm(this.#path(networkId, address), { force: true });
  }

  #path(networkId: string, address: string): string {
    if (!SAFE.test(networkId) || !SAFE.test(address)) throw new Error('not a network and an address');
    return join(this.#dir, networkId, `${address}.json`);
  }
}
