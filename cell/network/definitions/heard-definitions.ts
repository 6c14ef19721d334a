import { type Static, Type } from 'typebox';
import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { GroupRule, PortContent, type PortDefinition, RouterContent } from '#platform/objects/definitions.ts';
import { Network } from '#platform/objects/network.ts';
import { Count, Uuid } from '#platform/objects/scalars.ts';
import type { KnownDefinitions, KnownGroup, KnownPort, KnownRouter } from '../known-definitions.ts';

/** All of it, as a file keeps it. */
export const HeardState = Type.Object({
  networks: Type.Array(Type.Object({ id: Uuid, generation: Count, network: Network })),
  routers: Type.Array(Type.Object({ id: Uuid, generation: Count, router: RouterContent })),
  ports: Type.Array(Type.Object({ id: Uuid, ...PortContent.properties })),
  groups: Type.Array(Type.Object({ id: Uuid, generation: Count, rules: Type.Array(GroupRule) })),
  remotes: Type.Array(
    Type.Object({
      id: Uuid,
      version: Count,
      members: Type.Array(Type.Object({ portId: Uuid, addresses: Type.Array(Type.String()) })),
    }),
  ),
});
export type HeardState = Static<typeof HeardState>;

interface Remote {
  version: number;
  readonly addresses: Map<string, readonly string[]>;
  /** Of all members; null: to be gathered anew. */
  gathered: ReadonlySet<string> | null;
}

/** What the agent has heard of definitions. Answers of the conductor are changes of it; it is never older than the last one. */
export class HeardDefinitions implements KnownDefinitions {
  #structure = {};
  #ports: ReadonlyMap<string, KnownPort> = new Map();
  #groups: ReadonlyMap<string, KnownGroup & { readonly generation: number }> = new Map();
  #remotes = new Map<string, Remote>();
  #networks: ReadonlyMap<string, { readonly generation: number; readonly network: Network }> = new Map();
  #routers: ReadonlyMap<string, { readonly generation: number; readonly router: RouterContent }> = new Map();
  #routersOf: ReadonlyMap<string, readonly KnownRouter[]> = new Map();

  get structure(): object {
    return this.#structure;
  }
  portOf(portId: string): KnownPort | null {
    return this.#ports.get(portId) ?? null;
  }
  groupOf(groupId: string): KnownGroup | null {
    return this.#groups.get(groupId) ?? null;
  }
  membersOf(groupId: string): ReadonlySet<string> {
    const remote = this.#remotes.get(groupId);
    if (remote === undefined) return NOBODY;
    remote.gathered ??= new Set([...remote.addresses.values()].flat());
    return remote.gathered;
  }
  networkOf(networkId: string): Network | null {
    return this.#networks.get(networkId)?.network ?? null;
  }
  routersOf(networkId: string): readonly KnownRouter[] {
    return this.#routersOf.get(networkId) ?? [];
  }

  /** What the conductor need not tell again. */
  knows(): AgentKnows {
    return {
      networks: [...this.#networks].map(([id, { generation }]) => ({ id, generation })),
      routers: [...this.#routers].map(([id, { generation }]) => ({ id, generation })),
      groups: [...this.#groups].map(([id, { generation }]) => ({ id, generation })),
      remotes: [...this.#remotes].map(([id, { version }]) => ({ id, version })),
    };
  }

  /**
   * Takes an answer to `knows()`. @returns whether it told anything new.
   * @throws VolvoxError conflict when it leaves out what the agent does not know; then nothing is taken.
   */
  take(answer: AgentDefinitions): boolean {
    const groups = new Map(
      answer.groups.map(({ id, generation, rules }) => {
        const known = this.#groups.get(id);
        if (rules !== null) return [id, { generation, rules }] as const;
        if (known?.generation !== generation) throw leftOut(`the rules of group ${id}`);
        return [id, known] as const;
      }),
    );
    const networks = new Map(
      answer.networks.map(({ id, generation, network }) => {
        const known = this.#networks.get(id);
        if (network !== null) return [id, { generation, network }] as const;
        if (known?.generation !== generation) throw leftOut(`network ${id}`);
        return [id, known] as const;
      }),
    );
    const routers = new Map(
      answer.routers.map(({ id, generation, router }) => {
        const known = this.#routers.get(id);
        if (router !== null) return [id, { generation, router }] as const;
        if (known?.generation !== generation) throw leftOut(`router ${id}`);
        return [id, known] as const;
      }),
    );
    for (const { id, whole } of answer.remotes)
      if (!whole && !this.#remotes.has(id)) throw leftOut(`members of group ${id}`);

    const ports = new Map(answer.ports.map((port) => [port.id, contentOf(port)]));
    const isNew =
      !sameEntries(ports, this.#ports) ||
      !sameEntries(groups, this.#groups) ||
      !sameEntries(networks, this.#networks) ||
      !sameEntries(routers, this.#routers);
    if (isNew) this.#structure = {};
    this.#ports = ports;
    this.#groups = groups;
    this.#networks = networks;
    this.#setRouters(routers);
    return this.#takeRemotes(answer) || isNew;
  }

  #setRouters(routers: ReadonlyMap<string, { readonly generation: number; readonly router: RouterContent }>): void {
    this.#routers = routers;
    const joined = [...routers].flatMap(([id, { router }]) => {
      const networkIds = new Set(router.interfaces.map(({ networkId }) => networkId));
      return [...networkIds].map((networkId) => ({ networkId, router: { id, ...router } }));
    });
    this.#routersOf = new Map(
      [...Map.groupBy(joined, ({ networkId }) => networkId)].map(([id, list]) => [
        id,
        list.map(({ router }) => router),
      ]),
    );
  }

  #takeRemotes({ remotes, version, more }: AgentDefinitions): boolean {
    let isNew = false;
    for (const { id, whole, members, gone } of remotes) {
      const before = this.#remotes.get(id);
      const addresses = whole ? new Map<string, readonly string[]>() : (before?.addresses ?? new Map());
      for (const { portId, addresses: own } of members) addresses.set(portId, own);
      for (const portId of gone) addresses.delete(portId);
      const isSame = before !== undefined && !whole && members.length + gone.length === 0;
      isNew ||= !isSame;
      this.#remotes.set(id, { version, addresses, gathered: isSame ? before.gathered : null });
    }
    if (more) return isNew;
    const named = new Set(remotes.map(({ id }) => id));
    for (const id of this.#remotes.keys()) if (!named.has(id)) isNew = this.#remotes.delete(id);
    return isNew;
  }

  state(): HeardState {
    return {
      networks: [...this.#networks].map(([id, one]) => ({ id, ...one })),
      routers: [...this.#routers].map(([id, one]) => ({ id, ...one })),
      ports: [...this.#ports].map(([id, port]) => ({ id, ...port })),
      groups: [...this.#groups].map(([id, { generation, rules }]) => ({ id, generation, rules: [...rules] })),
      remotes: [...this.#remotes].map(([id, { version, addresses }]) => ({
        id,
        version,
        members: [...addresses].map(([portId, own]) => ({ portId, addresses: [...own] })),
      })),
    };
  }

  /** Goes on from what an earlier run of the agent had heard. */
  restore({ networks, routers, ports, groups, remotes }: HeardState): void {
    this.#structure = {};
    this.#networks = new Map(networks.map(({ id, ...one }) => [id, one]));
    this.#setRouters(new Map(routers.map(({ id, ...one }) => [id, one])));
    this.#ports = new Map(ports.map(({ id, ...port }) => [id, port]));
    this.#groups = new Map(groups.map(({ id, ...group }) => [id, group]));
    this.#remotes = new Map(
      remotes.map(({ id, version, members }) => [
        id,
        { version, addresses: new Map(members.map((one) => [one.portId, one.addresses])), gathered: null },
      ]),
    );
  }
}

const contentOf = ({
  kind: _kind,
  id: _id,
  generation: _generation,
  addresses: _addresses,
  server: _server,
  ...content
}: PortDefinition): KnownPort => content;

const NOBODY: ReadonlySet<string> = new Set();

const leftOut = (what: string): VolvoxError =>
  new VolvoxError('conflict', `The conductor left out ${what}, which this agent does not know.`);

function sameEntries(a: ReadonlyMap<string, object>, b: ReadonlyMap<string, object>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other !== value && JSON.stringify(other) !== JSON.stringify(value)) return false;
  }
  return true;
}
