import type { agentContract } from '#platform/contracts/agent.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { touchAgent } from '../../database/stores/agents.ts';
import { desiredGuests } from '../../database/stores/guests.ts';
import { desiredBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';
import { announce } from './announce.ts';
import { reportBindings } from './binding-reports.ts';
import { reportGuests } from './guest-reports.ts';
import { guestMetadata, instanceMetadata } from './instance-metadata.ts';

/** The calls that the conductor offers to the agents of its cell. */
export const agentApi = (parts: ConductorParts): Handlers<typeof agentContract> => ({
  announce: (request) => announce(parts, request),
  heartbeat: async ({ agentId }) => ({ known: await touchAgent(parts.database, agentId, parts.clock.now()) }),
  desiredGuests: async ({ agentId, ids, unsettledOnly }) => ({
    guests: await desiredGuests(parts.database.read, agentId, ids, unsettledOnly, parts.clock.now()),
  }),
  reportGuests: async ({ agentId, guests }) => {
    await reportGuests(parts, agentId, guests);
    return {};
  },
  desiredBindings: async ({ agentId, ids, unsettledOnly }) => ({
    bindings: await desiredBindings(parts.database.read, agentId, ids, unsettledOnly),
  }),
  reportBindings: async ({ agentId, bindings }) => {
    await reportBindings(parts, agentId, bindings);
    return {};
  },
  instanceMetadata: ({ networkId, address }) => instanceMetadata(parts, networkId, address),
  guestMetadata: ({ agentId, guestId }) => guestMetadata(parts, agentId, guestId),
});
