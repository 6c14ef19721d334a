import type { Directory } from '#platform/directory/directory.ts';
import { type HomePosition, type ListedHome, pageOfHomes } from '#platform/directory/stores/homes/page-of-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { SortedSource } from '../../../cross-cell/merge-sorted.ts';
import type { ListQuestion } from './list-question.ts';

/** How often a page may be filled up with further servers in place of those that are gone in their cells. */
const MAX_REFILLS = 4;
const MAX_HOMES = 1_000;

/**
 * The servers of a list in the order of the directory. `read` turns homes into what is shown of them, in their order, without those that are
 * gone; null: it cannot.
 */
export class DirectoryPages implements SortedSource<Instance> {
  readonly #directory: Pick<Directory, 'read'>;
  readonly #question: ListQuestion;
  readonly #read: (homes: readonly ListedHome[]) => Promise<readonly Instance[] | null>;
  #after: HomePosition | null;
  #left: number;
  #refills = 0;
  /** Too much of what the directory named was gone: what this source has given is no page. */
  gaveUp = false;

  constructor(
    directory: Pick<Directory, 'read'>,
    question: ListQuestion,
    after: HomePosition | null,
    read: (homes: readonly ListedHome[]) => Promise<readonly Instance[] | null>,
  ) {
    this.#directory = directory;
    this.#question = question;
    this.#after = after;
    this.#read = read;
    this.#left = question.limit;
  }

  /** At most as many as the page lacks, since each of them is shown: then, too, the source has ended. */
  async next(_last: Instance | null, count: number): Promise<readonly Instance[] | null> {
    const { filter, sort } = this.#question;
    const lacking = Math.min(count, this.#left);
    const found: Instance[] = [];
    for (let asked = lacking; found.length < lacking; asked = Math.min(MAX_HOMES, asked * 2)) {
      const page = { newestFirst: sort[0]?.direction === 'desc', after: this.#after, limit: asked };
      const homes = await pageOfHomes(this.#directory.read, filter, page);
      const servers = await this.#read(homes);
      if (servers === null) return this.#giveUp();
      found.push(...servers);
      this.#after = homes.at(-1) ?? this.#after;
      if (homes.length < asked) break;
      if (found.length < lacking && ++this.#refills > MAX_REFILLS) return this.#giveUp();
    }
    this.#left -= found.length;
    return found;
  }

  #giveUp(): null {
    this.gaveUp = true;
    return null;
  }
}
