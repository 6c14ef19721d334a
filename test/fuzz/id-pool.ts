import type { Random } from '../simulation/kernel/random.ts';

const MAX_PER_COLLECTION = 200;
/** What these requests may not touch: without its cells the region answers little. */
const SPARED = new Set(['cells']);

/** Ids and names that answers have shown, by collection, so that odd requests reach things that exist. */
export class IdPool {
  readonly #byCollection = new Map<string, string[]>();
  readonly #spared: ReadonlySet<string>;

  /** @param spared ids that are never handed out: the callers themselves, and what their rights stand on. */
  constructor(spared: readonly string[] = []) {
    this.#spared = new Set(spared);
  }

  /** Takes up every object with an id in a body of the form `{servers: [{id}]}` or `{server: {id}}`. */
  learn(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    for (const [key, value] of Object.entries(body)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        const { id, name } = (item ?? {}) as { id?: unknown; name?: unknown };
        const plural = Array.isArray(value) ? key : `${key}s`;
        if (typeof id === 'string' || typeof id === 'number') this.add(plural, String(id));
        else if (typeof name === 'string') this.add(plural, name);
      }
    }
  }

  add(collection: string, id: string): void {
    const noun = nounOf(collection);
    if (SPARED.has(noun) || this.#spared.has(id)) return;
    const ids = this.#byCollection.get(noun) ?? [];
    if (!ids.includes(id)) ids.push(id);
    if (ids.length > MAX_PER_COLLECTION) ids.shift();
    this.#byCollection.set(noun, ids);
  }

  pick(collection: string, random: Random): string | undefined {
    const ids = this.#byCollection.get(nounOf(collection));
    return ids === undefined || ids.length === 0 ? undefined : random.pick(ids);
  }

  first(collection: string): string | undefined {
    return this.#byCollection.get(nounOf(collection))?.[0];
  }

  /** For a member such as `imageRef`, `flavor_id`, `network_id`, `server`. */
  named(member: string, random: Random): string | undefined {
    const noun = member.replace(/(Ref|_id|_uuid|uuid)$/, '');
    return noun === '' ? undefined : this.pick(`${noun}s`, random);
  }
}

const nounOf = (collection: string): string => collection.replace(/^os-/, '').replaceAll('_', '-');
