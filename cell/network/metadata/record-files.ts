import { chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Compile } from 'typebox/compile';
import { writeFileAtomically } from '../../agent/atomic-file.ts';
import { MetadataRecord } from '../../agent/metadata/record.ts';

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
    const text = await readText(this.#path(networkId, address));
    if (text === null) return null;
    try {
      const value: unknown = JSON.parse(text);
      return check.Check(value) ? value : null;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Writes only what changed: guests ask often, and disks are slow. */
  async write(networkId: string, address: string, record: MetadataRecord): Promise<void> {
    const path = this.#path(networkId, address);
    const text = JSON.stringify(record);
    if ((await readText(path)) === text) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFileAtomically(path, text, 0o600);
    if (this.#ownerUid !== null && (await stat(path)).uid !== this.#ownerUid) {
      await chown(path, this.#ownerUid, this.#ownerUid);
    }
  }

  async remove(networkId: string, address: string): Promise<void> {
    await rm(this.#path(networkId, address), { force: true });
  }

  #path(networkId: string, address: string): string {
    const name = address.replaceAll(':', '-');
    if (!SAFE.test(networkId) || !SAFE.test(name)) throw new Error('not a network and an address');
    return join(this.#dir, networkId, `${name}.json`);
  }
}

async function readText(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
