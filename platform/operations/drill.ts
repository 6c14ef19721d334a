import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists } from '../files/exists.ts';

/** A place in the life of an operation at which a fault drill may pause it. */
export interface DrillPoint {
  readonly operationId: string;
  readonly kind: string;
  readonly subject: string;
  readonly step: string;
  readonly direction: 'do' | 'undo';
  /**
   * before: the step is about to be looked at for the first time. after: its work is done and its outcome is not written; for a step
   * that writes with `inTransaction`, in its transaction, before the commit.
   */
  readonly at: 'before' | 'after';
}

/** The operation goes on when it resolves. It must not reject. */
export type Drill = (place: DrillPoint) => Promise<void>;

/** How often a pause is looked at, ms. */
const LOOK_AGAIN_MS = 20;

/** `<subject>.<kind>.<step>.<direction>.<at>`: the file that pauses an operation there. */
export const pauseFile = ({ subject, kind, step, direction, at }: Omit<DrillPoint, 'operationId'>): string =>
  [subject, kind, step, direction, at].join('.');

/**
 * Files pause operations: where a file with the name of a place is in the folder, the worker writes `<name>.reached` with its
 * process id in it, and waits until the file is gone. Undefined, and without any cost, for ''.
 */
export function drillFromFolder(folder: string): Drill | undefined {
  if (folder === '') return undefined;
  return async (place) => {
    const pause = join(folder, pauseFile(place));
    if (!(await exists(pause))) return;
    await writeFile(`${pause}.reached`, String(process.pid));
    while (await exists(pause)) await delay(LOOK_AGAIN_MS);
  };
}
