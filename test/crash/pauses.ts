import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pauseFile } from '#platform/operations/drill.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { PausePoint } from './table-rows.ts';

const REACHED_AFTER_MS = 120_000;

/** Pauses operations at a step, by files in the drill folder of the region. */
export class Pauses {
  readonly folder: string;
  readonly #paths: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The operation of this server will pause there. */
  put({ kind, step, direction, at }: PausePoint, subject: string): void {
    const path = join(this.folder, pauseFile({ kind, step, direction, at, subject }));
    writeFileSync(path, '');
    this.#paths.push(path);
  }

  /** Waits until every operation is at its pause. */
  async untilReached(): Promise<void> {
    for (const path of this.#paths)
      await waitUntil(`the pause ${path}`, () => existsSync(`${path}.reached`), REACHED_AFTER_MS);
  }

  /** Process ids of the workers that are paused. */
  workers(): ReadonlySet<number> {
    return new Set(this.#paths.map((path) => Number(readFileSync(`${path}.reached`, 'utf8'))));
  }

  /** Lifts all pauses. */
  release(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }

  /** Forgets them. */
  clear(): void {
    this.release();
    for (const path of this.#paths.splice(0)) rmSync(`${path}.reached`, { force: true });
  }
}
