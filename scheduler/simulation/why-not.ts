import type { Decision } from '#platform/contracts/scheduler.ts';
import type { SimulationReport } from '#platform/objects/simulation.ts';

const MAX_REASONS = 20;
const NO_HOST = 'no host is left';

/** What the nearest host of each refused server missed, most servers first. */
export function whyNot(refused: readonly Decision[]): SimulationReport['why'] {
  const nearest = refused.map(({ nearest: [first] = [] }) =>
    first === undefined
      ? { filters: NO_HOST, example: NO_HOST }
      : {
          filters: first.misses.map(({ filter }) => filter).join(', '),
          example: `${first.hostName}: ${first.misses.map(({ reason }) => reason).join('; ')}`,
        },
  );
  return [...Map.groupBy(nearest, ({ filters }) => filters)]
    .map(([filters, all]) => ({ filters, servers: all.length, example: all[0]?.example ?? '' }))
    .sort((a, b) => b.servers - a.servers)
    .slice(0, MAX_REASONS);
}
