import type { agentContract } from '#platform/contracts/agent.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { touchAgent } from '../../database/stores/agents.ts';
import { definitionsOfAgent } from '../../database/stores/definitions/definitions-of-agent.ts';
import { desiredGuests } from '../../database/stores/guests.ts';
import { bindingsElsewhere, guestsElsewhere } from '../../database/stores/on-other-hosts.ts';
import { desiredBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';
import { announce } from './announce.ts';
import { reportBindings } from './binding-reports.ts';
import { issueCertificate, renewCertificate } from './certify.ts';
import { guestPassword, setGuestPassword } from './guest-password.ts';
import { reportGuests } from './guest-reports.ts';
import { guestMetadata, instanceMetadata } from './instance-metadata.ts';
import { join } from './join.ts';
import { noteElsewhere, requireSelf } from './overreach.ts';
import { renewKey } from './renew-key.ts';

/**
 * The calls that the conductor offers to the agents of its cell. Each is answered for the agent that makes it, and for what is on its hosts:
 * ids of other hosts are left out.
 */
export const agentApi = (parts: ConductorParts): Handlers<typeof agentContract> => ({
  join: (request) => join(parts, request),
  renewKey: (request, { caller }) => renewKey(parts, caller, request),
  issueCertificate: (request, context) => issueCertificate(parts, request, context),
  renewCertificate: (request, context) => renewCertificate(parts, request, context),
  announce: (request, { caller }) => announce(parts, caller, request),
  heartbeat: async ({ agentId }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    const [known, publicKeys] = await Promise.all([
      touchAgent(parts.database, agentId, parts.clock.now()),
      parts.signing.publicKeys(),
    ]);
    return { known, publicKeys };
  },
  desiredGuests: async ({ agentId, ids, unsettledOnly }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    const { read } = parts.database;
    const guests = await desiredGuests(read, agentId, ids, unsettledOnly, parts.clock.now());
    const told = new Set(guests.map(({ guestId }) => guestId));
    const others = (ids ?? []).filter((id) => !told.has(id));
    noteElsewhere(parts, agentId, 'asked for guests', await guestsElsewhere(read, agentId, others));
    return { guests };
  },
  reportGuests: async ({ agentId, guests }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    await reportGuests(parts, agentId, guests);
    return {};
  },
  desiredBindings: async ({ agentId, ids, unsettledOnly }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    const { read } = parts.database;
    const bindings = await desiredBindings(read, agentId, ids, unsettledOnly);
    const told = new Set(bindings.map(({ bindingId }) => bindingId));
    const others = (ids ?? []).filter((id) => !told.has(id));
    noteElsewhere(parts, agentId, 'asked for ports', await bindingsElsewhere(read, agentId, others));
    return { bindings };
  },
  reportBindings: async ({ agentId, bindings }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    await reportBindings(parts, agentId, bindings);
    return {};
  },
  definitions: async ({ agentId, knows }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    return definitionsOfAgent(parts.database.read, agentId, knows);
  },
  instanceMetadata: async ({ agentId, networkId, address }, { caller }) => {
    // Null: an agent of version 3 with the shared key, which cannot say who it is.
    const asker = agentId ?? caller.id;
    if (asker !== null) await requireSelf(parts, caller, asker);
    return instanceMetadata(parts, asker, networkId, address);
  },
  guestPassword: async (request, { caller }) => {
    await requireSelf(parts, caller, request.agentId);
    return { password: await guestPassword(parts, request) };
  },
  setGuestPassword: async (request, { caller }) => {
    await requireSelf(parts, caller, request.agentId);
    await setGuestPassword(parts, request);
    return {};
  },
  guestMetadata: async ({ agentId, guestId }, { caller }) => {
    await requireSelf(parts, caller, agentId);
    noteElsewhere(
      parts,
      agentId,
      'asked for the metadata of guests',
      await guestsElsewhere(parts.database.read, agentId, [guestId]),
    );
    return guestMetadata(parts, agentId, guestId);
  },
});
