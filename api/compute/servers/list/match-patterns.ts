import type { InstanceFilter } from '#platform/contracts/door.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { indexesMatching } from '#platform/directory/stores/matching-texts.ts';
import type { Instance } from '#platform/objects/instance.ts';

/** The texts that users' patterns are held against; addresses one a line, so that `^` and `$` hold for each. */
const TEXTS = {
  nameRegex: (instance: Instance) => instance.name,
  descriptionRegex: (instance: Instance) => instance.description ?? '',
  ipRegex: (instance: Instance) => addressesWith('.', instance),
  ip6Regex: (instance: Instance) => addressesWith(':', instance),
} as const satisfies Partial<Record<keyof InstanceFilter, (instance: Instance) => string>>;
export type PatternKey = keyof typeof TEXTS;

const KEYS = Object.keys(TEXTS) as PatternKey[];

/**
 * Those that match the filter's patterns. The database does it, as the cells' do for theirs: the same expressions mean the same, and
 * one that would never end there ends at the engine's limit instead of holding up this process.
 * @throws VolvoxError invalid for a pattern that is no regular expression, or takes too long.
 */
export async function matchPatterns(
  directory: Directory,
  filter: InstanceFilter,
  instances: readonly Instance[],
): Promise<readonly Instance[]> {
  let left = instances;
  for (const key of KEYS) {
    const pattern = filter[key];
    if (pattern === undefined || left.length === 0) continue;
    const matching = await indexesMatching(directory.read, left.map(TEXTS[key]), pattern);
    left = left.filter((_instance, index) => matching.has(index));
  }
  return left;
}

const addressesWith = (mark: string, instance: Instance): string =>
  instance.ports
    .flatMap((port) => port.fixedIps.map(({ address }) => address))
    .filter((address) => address.includes(mark))
    .join('\n');
