import { type Static, Type } from 'typebox';
import { Count, nullable, Uuid } from './scalars.ts';

/**
 * What hosts must know beyond what a build says (docs/decisions/0030). A definition is whole: it replaces the one of the same kind and id that
 * has a lower generation. Its generation is the revision of what it is made from, so an id never has two contents of one generation.
 */
export const GroupRule = Type.Object({
  direction: Type.Union([Type.Literal('ingress'), Type.Literal('egress')]),
  ethertype: Type.Union([Type.Literal('IPv4'), Type.Literal('IPv6')]),
  /** A name or a number as the rule was given; null: any. */
  protocol: nullable(Type.String()),
  /** Ports of tcp, udp and their like; type and code of icmp. null: any. */
  portMin: nullable(Count),
  portMax: nullable(Count),
  /** At most one of the two is given. Neither: everybody. */
  remoteIpPrefix: nullable(Type.String()),
  remoteGroupId: nullable(Uuid),
});
export type GroupRule = Static<typeof GroupRule>;

/** A security group and all of its rules. */
export const GroupDefinition = Type.Object({
  kind: Type.Literal('group'),
  id: Uuid,
  generation: Count,
  rules: Type.Array(GroupRule),
});
export type GroupDefinition = Static<typeof GroupDefinition>;

/** A port as a member of its groups, and as its own host filters it. */
export const PortDefinition = Type.Object({
  kind: Type.Literal('port'),
  id: Uuid,
  generation: Count,
  groupIds: Type.Array(Uuid),
  /** Of the port itself, without subnets. Its groups let these in where a rule names one of them as remote. */
  addresses: Type.Array(Type.String()),
  /** false: neither groups nor rules against forged senders apply to the port. */
  portSecurity: Type.Boolean(),
});
export type PortDefinition = Static<typeof PortDefinition>;

export const Definition = Type.Union([GroupDefinition, PortDefinition]);
export type Definition = Static<typeof Definition>;

export const DefinitionKey = Type.Object({
  kind: Type.Union([Type.Literal('group'), Type.Literal('port')]),
  id: Uuid,
});
export type DefinitionKey = Static<typeof DefinitionKey>;

/** What one side knows of a definition, for the comparison of both. */
export const KnownDefinition = Type.Object({ ...DefinitionKey.properties, generation: Count });
export type KnownDefinition = Static<typeof KnownDefinition>;
