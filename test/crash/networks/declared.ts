import { tapName } from '#platform/objects/network.ts';
import type { ApiClient } from '../../../deploy/client/api-client.ts';
import type { ReachHost } from '../../federation/reach/namespace-region.ts';
import { listServers } from '../../support/many-servers.ts';
import type { HostDump } from './host-dump.ts';

/** What must stand on a host by what the API says, told in the plainest way from its lists alone. */
export interface DeclaredHost {
  /** Without the name of the host's own. */
  readonly namespaces: readonly string[];
  readonly taps: readonly string[];
  /** Floating addresses that are led here. */
  readonly floating: readonly string[];
  /** Of groups that a rule names: `group address`. */
  readonly members: readonly string[];
}

interface Lists {
  readonly ports: readonly {
    readonly id: string;
    readonly network_id: string;
    readonly device_id: string;
    readonly device_owner: string;
    readonly security_groups: readonly string[];
    readonly fixed_ips: readonly { readonly ip_address: string }[];
  }[];
  readonly routers: readonly { readonly id: string; readonly admin_state_up: boolean }[];
  readonly floatingips: readonly {
    readonly floating_ip_address: string;
    readonly port_id: string | null;
    readonly port_forwardings?: readonly { readonly internal_port_id?: string }[];
  }[];
  readonly 'security-group-rules': readonly {
    readonly security_group_id: string;
    readonly remote_group_id?: string | null;
  }[];
}

const part = (id: string): string => id.slice(0, 11);

export async function declaredHosts(admin: ApiClient, hosts: readonly ReachHost[]): Promise<readonly DeclaredHost[]> {
  const list = async <K extends keyof Lists>(collection: K): Promise<Lists[K]> => {
    const call = admin.call as unknown as (api: string, operation: string) => Promise<Record<string, Lists[K]>>;
    const answer = await call('network', `GET /v2.0/${collection}`);
    return answer[collection.replaceAll('-', '_')] as Lists[K];
  };
  const lists: Lists = {
    ports: await list('ports'),
    routers: await list('routers'),
    floatingips: await list('floatingips'),
    'security-group-rules': await list('security-group-rules'),
  };
  const servers = [...(await listServers(admin)).values()];
  return hosts.map(({ name }) =>
    declaredHost(lists, new Set(servers.flatMap((one) => (one['OS-EXT-SRV-ATTR:host'] === name ? one.id : [])))),
  );
}

/** `servers`: those on the host. */
function declaredHost(lists: Lists, servers: ReadonlySet<string>): DeclaredHost {
  const { ports, routers, floatingips } = lists;
  const here = ports.filter((port) => servers.has(port.device_id));
  const isHere = new Set(here.map(({ id }) => id));
  const own = new Set(here.map((port) => port.network_id));
  const interfaces = ports.filter(({ device_owner: owner }) => owner === 'network:router_interface');
  const joined = routers.filter(
    ({ id, admin_state_up: isOn }) => isOn && interfaces.some((one) => one.device_id === id && own.has(one.network_id)),
  );
  const joins = interfaces.filter(({ device_id: router }) => joined.some(({ id }) => id === router));
  const networks = new Set([...own, ...joins.map((one) => one.network_id)]);
  return {
    namespaces: [...[...networks].map((id) => `-${part(id)}`), ...joined.map(({ id }) => `-rt${part(id)}`)].sort(),
    taps: here.map(({ id }) => tapName(id)).sort(),
    floating: floatingips
      .filter(({ port_id: port, port_forwardings: forwardings = [] }) =>
        [port, ...forwardings.map((one) => one.internal_port_id)].some((id) => isHere.has(id ?? '')),
      )
      .map((one) => one.floating_ip_address)
      .sort(),
    members: membersOn(lists, new Set(here.flatMap((port) => port.security_groups))),
  };
}

function membersOn(lists: Lists, groups: ReadonlySet<string>): readonly string[] {
  const rules = lists['security-group-rules'].filter((rule) => groups.has(rule.security_group_id));
  const remotes = new Set(rules.flatMap((rule) => rule.remote_group_id ?? []));
  const ofPorts = lists.ports.flatMap(({ security_groups: all, fixed_ips: fixed }) =>
    all.filter((id) => remotes.has(id)).flatMap((id) => fixed.map(({ ip_address: address }) => `${id} ${address}`)),
  );
  return [...new Set(ofPorts)].sort();
}

/** The same of what stands there. */
export function standing(dump: HostDump): DeclaredHost {
  const lines = (name: string): readonly string[] => dump.get(name) ?? [];
  const matches = (name: string, pattern: RegExp): string[] =>
    lines(name).flatMap((line) => pattern.exec(line)?.slice(1).join(' ') ?? []);
  return {
    namespaces: [...dump.keys()].filter((name) => /^-(rt)?[0-9a-f]{8}-[0-9a-f]{2}$/.test(name)).sort(),
    taps: matches('-', /^link (tap\S+) /).sort(),
    floating: matches('machine', /^route (\d+\.\d+\.\d+\.\d+) via .* proto 86/).sort(),
    members: lines('-')
      .flatMap((line) => {
        const [, id, list = ''] =
          /^table inet volvox-groups › set m4-([0-9a-f-]{36}): elements = \{ (.*) \}$/.exec(line) ?? [];
        return id === undefined ? [] : list.split(', ').map((address) => `${id} ${address}`);
      })
      .sort(),
  };
}

/** What is declared and does not stand, or stands and is not declared. */
export const declaredDifferences = (name: string, declared: DeclaredHost, stands: DeclaredHost): string[] =>
  (Object.keys(declared) as (keyof DeclaredHost)[]).flatMap((kind) => [
    ...declared[kind].filter((one) => !stands[kind].includes(one)).map((one) => `${name}: ${kind} ${one} is missing`),
    ...stands[kind]
      .filter((one) => !declared[kind].includes(one))
      .map((one) => `${name}: ${kind} ${one} is not declared`),
  ]);
