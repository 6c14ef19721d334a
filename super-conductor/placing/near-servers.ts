import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import { getHome } from '#platform/directory/stores/instance-homes.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { GlobalDeps } from '../deps.ts';

/** The build's hints, with the hosts of the servers that `same_host` and `different_host` name. A server that cannot be asked has none. */
export async function hintsWithHosts(build: InstanceBuild, deps: GlobalDeps): Promise<InstanceBuild['schedulerHints']> {
  const hints = build.schedulerHints;
  const same = uuidsIn(hints.same_host);
  const different = uuidsIn(hints.different_host);
  if (same.length + different.length === 0) return hints;
  return {
    ...hints,
    ...(same.length > 0 ? { [SAME_HOSTS_HINT]: await hostsOf(same, deps) } : {}),
    ...(different.length > 0 ? { [DIFFERENT_HOSTS_HINT]: await hostsOf(different, deps) } : {}),
  };
}

const uuidsIn = (hint: unknown): readonly string[] =>
  typeof hint === 'string' ? [hint] : Array.isArray(hint) ? hint.map(String) : [];

async function hostsOf(uuids: readonly string[], deps: GlobalDeps): Promise<readonly string[]> {
  const hosts = await Promise.all(uuids.map((uuid) => hostOf(uuid, deps)));
  return hosts.flatMap((host) => (host === null ? [] : [host]));
}

async function hostOf(uuid: string, { directory, cells }: GlobalDeps): Promise<string | null> {
  const home = await getHome(directory.read, uuid);
  const door = home?.cellId == null || home.state !== 'homed' ? undefined : cells.find(home.cellId)?.door;
  return door === undefined
    ? null
    : door.getInstance({ uuid }, { deadlineMs: 1_000 }).then(
        (instance) => instance.host,
        () => null,
      );
}
