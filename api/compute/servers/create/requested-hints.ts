import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CreateServerBody, Hints } from './schema.ts';

/** Hints of unknown names are kept and go wherever the build goes, with those of many builds in one message. */
const MAX_BYTES = 16 * 1024;

/**
 * The scheduler hints of a create request.
 * @throws VolvoxError invalid when they are too large, or name one that only the system gives (`_same_host_names`).
 */
export function requestedHints(body: CreateServerBody): Hints {
  const hints = body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'] ?? {};
  const reserved = Object.keys(hints).find((name) => name.startsWith('_'));
  if (reserved !== undefined)
    throw invalid(`Invalid scheduler hint ${reserved}: names that begin with '_' cannot be given.`);
  if (Buffer.byteLength(JSON.stringify(hints)) > MAX_BYTES) {
    throw invalid(`The scheduler hints are too large: they may have ${MAX_BYTES} bytes as JSON.`);
  }
  return hints;
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
