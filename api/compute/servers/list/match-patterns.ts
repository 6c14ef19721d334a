import type { InstanceFilter } from '#platform/contracts/door.ts';
import { isCostlyPattern } from '#platform/database/user-pattern.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { indexesMatching } from '#platform/directory/stores/matching-texts.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { askerOf } from '../../../budgets/asker.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** The texts that users' patterns are held against; addresses one a line, so that `^` and `$` hold for each. */
const TEXTS = {
  nameRegex: (instance: Instance) => instance.name,
  descriptionRegex: (instance: Instance) => instance.description ?? '',
  ipRegex: (instance: Instance) => addressesWith('.', instance),
  ip6Regex: (instance: Instance) => addressesWith(':', instance),
} as const satisfies Partial<Record<keyof InstanceFilter, (instance: Instance) => string>>;
export type PatternKey = keyof typeof TEXTS;

const KEYS = Object.keys(TEXTS) as PatternKey[];

/** Whether the list needs the expression engine for a pattern that may take long. */
export const hasCostlyPattern = (filter: InstanceFilter): boolean =>
  KEYS.some((key) => isCostlyPattern(filter[key] ?? ''));

/**
 * Those that match the filter's patterns. The database does it, as the cells' do for theirs: the same expressions mean the same, and
 * one that would never end there ends at the engine's limit instead of holding up this process.
 * @throws VolvoxError invalid for a pattern that is no regular expression, or takes too long; throttled when too many wait.
 */
export async function matchPatterns(
  directory: Directory,
  asker: ApiRequest,
  filter: InstanceFilter,
  instances: readonly Instance[],
): Promise<readonly Instance[]> {
  let left = instances;
  for (const key of KEYS) {
    const pattern = filter[key];
    if (pattern === undefined || left.length === 0) continue;
    const matching = await indexesMatching(directory, left.map(TEXTS[key]), pattern, askerOf(asker));
    left = left.filter((_instance, index) => matching.has(index));
  }
  return left;
}

const addressesWith = (mark: string, instance: Instance): string =>
  instance.ports
    .flatMap((port) => port.fixedIps.map(({ address }) => address))
    .filter((address) => address.includes(mark))
    .join('\n');
