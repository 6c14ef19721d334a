import { type Static, Type } from 'typebox';
import { GroupRule, PortDefinition, RouterContent } from '../objects/definitions.ts';
import { Network } from '../objects/network.ts';
import { Count, nullable, Uuid } from '../objects/scalars.ts';

const Known = Type.Object({ id: Uuid, generation: Count });

/** What a network agent knows already: by the generation, and members by the version of the answer that last told of them. */
export const AgentKnows = Type.Object({
  networks: Type.Array(Known),
  routers: Type.Array(Known),
  groups: Type.Array(Known),
  remotes: Type.Array(Type.Object({ id: Uuid, version: Count })),
});
export type AgentKnows = Static<typeof AgentKnows>;

const Member = Type.Object({ portId: Uuid, addresses: Type.Array(Type.String()) });

/** What the ports on an agent's hosts need. What is not in it is needed no longer, or not known to the cell. */
export const AgentDefinitions = Type.Object({
  /** Of the cell's definitions. For the remote groups in this answer the agent knows what there is up to here. */
  version: Count,
  /** Those of its ports, and those of the routers below. `network` null: as the agent knows it. */
  networks: Type.Array(Type.Object({ id: Uuid, generation: Count, network: nullable(Network) })),
  /** Those that have an interface in a network of its ports. `router` null: as the agent knows it. */
  routers: Type.Array(Type.Object({ id: Uuid, generation: Count, router: nullable(RouterContent) })),
  /** All ports on its hosts of which there is a definition. */
  ports: Type.Array(PortDefinition),
  /** All groups of these ports that are defined. `rules` null: as the agent knows them. */
  groups: Type.Array(Type.Object({ id: Uuid, generation: Count, rules: nullable(Type.Array(GroupRule)) })),
  /** All groups that a rule of those groups names. `whole`: `members` are all of them; otherwise what has changed. */
  remotes: Type.Array(
    Type.Object({ id: Uuid, whole: Type.Boolean(), members: Type.Array(Member), gone: Type.Array(Uuid) }),
  ),
  /** There are more remote groups: the agent asks again with what it has learned, and forgets none until an answer has no more. */
  more: Type.Boolean(),
});
export type AgentDefinitions = Static<typeof AgentDefinitions>;
