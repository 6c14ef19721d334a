import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ApiDeps } from '../../../deps.ts';
import { withFloatingAddresses } from './floating-addresses.ts';
import { withGroupNames } from './group-names.ts';

/** What views show of the directory, which cells do not know. */
type FromDirectory = Pick<InstanceBuild, 'securityGroups' | 'ports'>;

/** Servers with the present names of their security groups and the floating addresses of their ports: at most two reads for all of them. */
export async function withDirectory<S extends FromDirectory>(
  deps: Pick<ApiDeps, 'directory'>,
  servers: readonly S[],
): Promise<readonly S[]> {
  const [named, addressed] = await Promise.all([withGroupNames(deps, servers), withFloatingAddresses(deps, servers)]);
  if (named === servers && addressed === servers) return servers;
  return servers.map((server, at) => ({
    ...server,
    securityGroups: named[at]?.securityGroups ?? server.securityGroups,
    ports: addressed[at]?.ports ?? server.ports,
  }));
}

/** The same for one server. */
export async function withItsDirectory<S extends FromDirectory>(
  deps: Pick<ApiDeps, 'directory'>,
  server: S,
): Promise<S> {
  const [whole = server] = await withDirectory(deps, [server]);
  return whole;
}
