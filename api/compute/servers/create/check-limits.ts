import type { Directory } from '#platform/directory/directory.ts';
import { type Limits, projectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { RequestContext } from '../../../http/request-context.ts';
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
  if (over(limits, 'metadata_items', items)) {
    throw quota(`Maximum number of metadata items exceeds ${limits.metadata_items}`);
  }
  if (over(limits, 'injected_files', files.length)) throw quota('Personality file limit exceeded');
  for (const { path, contents } of files) {
    if (over(limits, 'injected_file_path_bytes', path.length))
      throw quota('Personality file path exceeds maximum length');
    if (over(limits, 'injected_file_content_bytes', Buffer.from(contents, 'base64').length)) {
      throw quota('Personality file content exceeds maximum length');
    }
  }
}

const over = (limits: Limits, resource: keyof Limits, asked: number): boolean =>
  limits[resource] >= 0 && asked > limits[resource];

const quota = (message: string): VolvoxError => new VolvoxError('quota-exceeded', message);
