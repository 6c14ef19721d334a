import type { Directory } from '#platform/directory/directory.ts';
import { projectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { RequestContext } from '../../../http/request-context.ts';
import { checkPersonality } from './personality.ts';
import type { CreateServerBody } from './schema.ts';

/**
 * Checks the limits on the request itself; these consume no quota.
 * @throws VolvoxError quota-exceeded
 */
export async function checkLimits(
  directory: Directory,
  caller: RequestContext,
  server: Pick<CreateServerBody['server'], 'metadata' | 'personality'>,
): Promise<void> {
  const items = Object.keys(server.metadata ?? {}).length;
  const files = server.personality ?? [];
  if (items === 0 && files.length === 0) return;
  const limits = await projectLimits(directory.read, caller.projectId);
  if (limits.metadata_items >= 0 && items > limits.metadata_items) {
    throw quota(`Maximum number of metadata items exceeds ${limits.metadata_items}`);
  }
  checkPersonality(files, limits);
}

const quota = (message: string): VolvoxError => new VolvoxError('quota-exceeded', message);
