import { type Static, Type } from 'typebox';
import { Count, Name, nullable, Timestamp, Uuid } from './scalars.ts';

/** The network agent of a host, as its cell knows it. */
export const NetworkAgent = Type.Object({
  /** That of the host: an agent may drive several hosts, and its own id changes when it is installed anew. */
  id: Uuid,
  host: Name,
  /** Its heartbeats come. */
  up: Type.Boolean(),
  release: Type.String(),
  startedAt: Timestamp,
  lastSeenAt: Timestamp,
  /** It follows changes of networks, routers and groups. */
  takesDefinitions: Type.Boolean(),
  /** Why its host can take no new guests; null when it can. */
  problem: nullable(Type.String()),
  /** Ports of guests on the host, and networks that they are in; of the networks that were asked for. */
  ports: Count,
  networks: Count,
});
export type NetworkAgent = Static<typeof NetworkAgent>;
