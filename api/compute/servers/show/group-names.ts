import { DEFAULT_GROUP, findSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ApiDeps } from '../../../deps.ts';

type Grouped = Pick<InstanceBuild, 'securityGroups'>;

/**
 * Servers with the names that their security groups have now. Servers keep the names of the time when they got the groups. The directory is asked
 * once for all of them, and not at all while they have only the default group, which keeps its name.
 */
export async function withGroupNames<S extends Grouped>(
  { directory }: Pick<ApiDeps, 'directory'>,
  servers: readonly S[],
): Promise<readonly S[]> {
  const named = servers.flatMap(({ securityGroups }) => securityGroups.filter(({ name }) => name !== DEFAULT_GROUP));
  if (named.length === 0) return servers;
  const groups = await findSecurityGroups(
    directory.read,
    named.map(({ id }) => id),
  );
  return servers.map((server) => ({
    ...server,
    securityGroups: server.securityGroups.map(({ id, name }) => ({ id, name: groups.get(id)?.name ?? name })),
  }));
}
