import { crc32 } from 'node:zlib';
import type { CellDoor, DoorClient } from '#platform/directory/cell-doors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';
import { aCell } from '../../../unit/scheduler/builders.ts';

/** How its door behaves. lost: does what it is asked, and the answer does not arrive. dead: cannot be reached. old: of an earlier release. */
type Mood = 'well' | 'lost' | 'dead' | 'old';

/** A cell behind the door's contract, as far as definitions go through it. */
export class DefinitionCell {
  readonly id: string;
  readonly cell: CellDoor;
  readonly known = new Map<string, Definition>();
  /** What it was sent, in sequence. */
  readonly sent: { readonly put: readonly Definition[]; readonly forget: readonly DefinitionKey[] }[] = [];
  takesDefinitions = true;
  mood: () => Mood = () => 'well';

  constructor(name: string) {
    this.id = aCell(name).id;
    const door = this.#door as unknown as DoorClient;
    this.cell = { id: this.id, name, url: `http://${name}`, enabled: true, door };
  }

  readonly #door = {
    putDefinitions: async (call: { put: readonly Definition[]; forget: readonly DefinitionKey[] }) => {
      const mood = this.#reach();
      this.sent.push(call);
      for (const key of call.forget) this.known.delete(keyOf(key));
      for (const one of call.put) {
        if ((this.known.get(keyOf(one))?.generation ?? -1) < one.generation) this.known.set(keyOf(one), one);
      }
      if (mood === 'lost') throw new VolvoxError('deadline-exceeded', 'The cell did not answer in time.');
      return {};
    },
    knownDefinitions: async ({ after, limit }: { after: DefinitionKey | null; limit: number }) => {
      this.#reach();
      const all = [...this.known.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const known = all
        .filter((one) => after === null || keyOf(one) > keyOf(after))
        .slice(0, limit)
        .map(({ kind, id, generation }) => ({ kind, id, generation }));
      const digest = all.reduce((sum, { kind, id, generation }) => sum + crc32(`${kind}/${id}/${generation}`), 0);
      return { takesDefinitions: this.takesDefinitions, count: all.length, digest: String(digest), known };
    },
  };

  #reach(): Mood {
    const mood = this.mood();
    if (mood === 'dead') throw new VolvoxError('unavailable', 'The cell cannot be reached.');
    if (mood === 'old') throw new VolvoxError('unsupported', 'The cell does not know this call.');
    return mood;
  }
}

const keyOf = ({ kind, id }: DefinitionKey): string => `${kind} ${id}`;
