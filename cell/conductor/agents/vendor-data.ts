import { readFile } from 'node:fs/promises';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { isShallow } from '#platform/objects/json-value.ts';

/** It is told with the metadata of each guest. */
const MAX_BYTES = 64 * 1024;

/**
 * What the operator tells all guests of the cell (`conductor.vendorDataFile`): the content of a file, which may change while the process runs.
 * A file that cannot be told is named in the log, and guests get none: they start all the same, as with Nova.
 * @param path empty: there is none.
 */
export async function vendorData(path: string, log: Logger): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (path === '') return undefined;
  try {
    const text = await readFile(path, 'utf8');
    if (Buffer.byteLength(text) > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) throw new Error('it is not a JSON object');
    if (!isShallow(value)) throw new Error('it nests more than 32 levels deep');
    return value;
  } catch (error) {
    log.error(
      { file: path, reason: messageOf(error) },
      'guests get no vendor data: conductor.vendorDataFile cannot be told',
    );
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
