import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import type { Provider } from './provider.ts';

const SINCE = since({ trees: 14 });

/** What a provider has below it, and the microversion that brought it. */
const PARTS = [
  ['inventories', 0],
  ['usages', 0],
  ['aggregates', 1],
  ['traits', 6],
  ['allocations', 11],
] as const;
const HAS = since(Object.fromEntries(PARTS));

/** The version of the provider's answers below it. */
export const generationOf = ({ generation }: Provider) => ({ resource_provider_generation: generation });

export function providerView({ id, name, generation }: Provider, version: Microversion): Record<string, unknown> {
  const self = `/placement/resource_providers/${id}`;
  const parts = PARTS.filter(([part]) => HAS[part]?.(version) === true);
  return {
    uuid: id,
    name,
    generation,
    links: [{ rel: 'self', href: self }, ...parts.map(([part]) => ({ rel: part as string, href: `${self}/${part}` }))],
    ...(SINCE.trees(version) ? { parent_provider_uuid: null, root_provider_uuid: id } : {}),
  };
}
