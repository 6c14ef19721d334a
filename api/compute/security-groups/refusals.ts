import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { isUuid } from '../../http/is-uuid.ts';
import type { ApiRequest } from '../../http/route.ts';

/** The id in the request's path. @throws VolvoxError invalid when it cannot be one: Nova says so before it looks. */
export const groupIdOf = ({ params: { id = '' } }: ApiRequest): string => uuidOf(id);

/** @throws VolvoxError invalid, in Nova's words. */
export function uuidOf(id: string): string {
  if (!isUuid(id)) throw new VolvoxError('invalid', `Security group id should be uuid: '${id}'`);
  return id;
}

/** What the Network API calls a conflict was a bad request in the Compute API. */
export function asInvalid(error: unknown): never {
  if (!isVolvoxError(error, 'conflict')) throw error;
  throw new VolvoxError('invalid', error.message, { cause: error });
}

/** The quotas are those of the Network API, which has another status for them. */
export function overQuota(error: unknown): never {
  if (!isVolvoxError(error, 'conflict')) throw error;
  throw new VolvoxError('quota-exceeded', error.message, { cause: error });
}
