import { plus } from '../allocations/allocation.ts';
import { hasCapacity, type Provider } from '../providers/provider.ts';
import { hasTraits, isIn } from '../providers/requirements.ts';
import type { CandidateRequest } from './request-groups.ts';

/** What a server would claim of one provider. */
export interface Candidate {
  readonly provider: Provider;
  readonly resources: Readonly<Record<string, number>>;
}

/**
 * The providers that could take all groups of a request now. Every provider is a tree of its own, so one provider must take them all; groups that
 * must be isolated from each other find none, also those without resources. Pure.
 */
export function candidatesAmong(
  providers: readonly Provider[],
  { groups, rootTraits, isolate, limit }: CandidateRequest,
): readonly Candidate[] {
  if (isolate) return [];
  const resources = groups.reduce<Readonly<Record<string, number>>>((sum, { amounts }) => plus(sum, amounts), {});
  const amounts = new Map(Object.entries(resources));
  const found = providers.filter(
    (provider) =>
      hasCapacity(provider, amounts) &&
      hasTraits(provider, rootTraits) &&
      groups.every(
        ({ traits, aggregates, tree }) =>
          (tree === null || tree === provider.id) && hasTraits(provider, traits) && isIn(provider, aggregates),
      ),
  );
  return found.slice(0, limit ?? found.length).map((provider) => ({ provider, resources }));
}
