import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pauseFile } from '#platform/operations/drill.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { PausePoint } from './table-rows.ts';

const REACHED_AFTER_MS = 120_000;

/** Operations held at a step, by files in the drill folder of the region. */
export class Pauses {
  readonly folder: string;
  readonly #paths: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The operation of this server will be held there. */
  put({ kind, step, direction, at }: PausePoint, subject: string): void {
    const path = join(this.folder, pauseFile({ kind, step, direction, at, subject }));
    writeFileSync(path, '');
    this.#paths.push(path);
  }

  /** Waits until every operation that is to be held is. */
  async untilReached(): Promise<void> {
    for (const path of this.#paths)
      await waitUntil(`the hold ${path}`, () => existsSync(`${path}.reached`), REACHED_AFTER_MS);
  }

  /** Process ids of the workers that hold them. */
  workers(): ReadonlySet<number> {
    return new Set(this.#paths.map((path) => Number(readFileSync(`${path}.reached`, 'utf8'))));
  }

  /** Lets all of them go on. */
  release(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }

  /** Forgets them. */
  clear(): void {
    this.release();
    for (const path of this.#paths.splice(0)) rmSync(`${path}.reached`, { force: true });
  }
}
