import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import { cellsOfServers } from '#platform/directory/stores/homes/cells-of-project.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { GlobalDeps } from '../deps.ts';

/** How long a cell may take to say where its servers are, ms. */
const DEADLINE_MS = 1_000;

/**
 * The build's hints, with the hosts of the servers that `same_host` and `different_host` name. A server that cannot be asked has none,
 * nor has one of another project. The names of hosts come from here only, whatever the build says.
 */
export async function hintsWithHosts(build: InstanceBuild, deps: GlobalDeps): Promise<InstanceBuild['schedulerHints']> {
  const { [SAME_HOSTS_HINT]: _same, [DIFFERENT_HOSTS_HINT]: _different, ...hints } = build.schedulerHints;
  const same = uuidsIn(hints.same_host);
  const different = uuidsIn(hints.different_host);
  if (same.length + different.length === 0) return hints;
  const hosts = await hostsOf(build.projectId, [...same, ...different], deps);
  const named = (uuids: readonly string[]) => [...new Set(uuids.flatMap((uuid) => hosts.get(uuid) ?? []))];
  return {
    ...hints,
    ...(same.length > 0 ? { [SAME_HOSTS_HINT]: named(same) } : {}),
    ...(different.length > 0 ? { [DIFFERENT_HOSTS_HINT]: named(different) } : {}),
  };
}

const uuidsIn = (hint: unknown): readonly string[] =>
  typeof hint === 'string' ? [hint] : Array.isArray(hint) ? hint.map(String) : [];

/** Asks each of their cells once. */
async function hostsOf(
  projectId: string,
  uuids: readonly string[],
  { directory, cells }: GlobalDeps,
): Promise<ReadonlyMap<string, string>> {
  const homes = await cellsOfServers(directory.read, projectId, uuids);
  const hosts = new Map<string, string>();
  await Promise.all(
    [...Map.groupBy(homes, ({ cellId }) => cellId)].map(async ([cellId, own]) => {
      const page = {
        filter: { uuids: own.map(({ uuid }) => uuid), deleted: false },
        sort: [{ key: 'uuid', direction: 'asc' } as const],
        after: null,
        limit: own.length,
      };
      const answer = await cells
        .find(cellId)
        ?.door.listInstances(page, { deadlineMs: DEADLINE_MS })
        .catch(() => null);
      // A cell is believed about its own servers only.
      const asked = new Set(page.filter.uuids);
      for (const { uuid, host } of answer?.instances ?? []) if (host !== null && asked.has(uuid)) hosts.set(uuid, host);
    }),
  );
  return hosts;
}
