import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import type { Provider } from '../providers/provider.ts';
import type { Candidate } from './candidates.ts';
import type { CandidateRequest } from './request-groups.ts';

const SINCE = since({ allocationsByProvider: 12, traits: 17, allClasses: 27, trees: 29, mappings: 34 });

export const candidatesView = (
  candidates: readonly Candidate[],
  { groups }: CandidateRequest,
  version: Microversion,
): Record<string, unknown> => ({
  allocation_requests: candidates.map(({ provider: { id }, resources }) => ({
    allocations: SINCE.allocationsByProvider(version)
      ? { [id]: { resources } }
      : [{ resource_provider: { uuid: id }, resources }],
    ...(SINCE.mappings(version) ? { mappings: Object.fromEntries(groups.map(({ suffix }) => [suffix, [id]])) } : {}),
  })),
  provider_summaries: Object.fromEntries(
    candidates.map(({ provider, resources }) => [provider.id, summaryOf(provider, Object.keys(resources), version)]),
  ),
});

function summaryOf(provider: Provider, requested: readonly string[], version: Microversion): Record<string, unknown> {
  const { id, capacities, used, traits } = provider;
  const classes = SINCE.allClasses(version) ? [...capacities.keys()] : requested;
  return {
    resources: Object.fromEntries(
      classes.map((name) => [name, { capacity: capacities.get(name) ?? 0, used: used.get(name) ?? 0 }]),
    ),
    ...(SINCE.traits(version) ? { traits } : {}),
    ...(SINCE.trees(version) ? { parent_provider_uuid: null, root_provider_uuid: id } : {}),
  };
}
