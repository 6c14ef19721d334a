import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeContract } from '#platform/contracts/compute.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { parseCredential } from '#platform/rpc/agent-credential.ts';
import { createClient } from '#platform/rpc/client.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { sharedSigner, verifierOf } from '#platform/rpc/signing.ts';
import { authenticateConductor, ticketVerifier } from '../../../../cell/agent/conductor-trust.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { serveGuestData } from '../../../../cell/compute/guest-data.ts';
import { aPort as aPortDefinition, KNOWS_NOTHING } from '../../../support/a-definition.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { aJoinToken, asRunning, EnrolledAgent, joinWith } from './support/an-enrolled-agent.ts';
import { aBuild, aBuildRequest, anActor, aPort, NETWORK } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';

const OWN = 'own-host';
const OTHER = 'other-host';
const ADDRESS = { [OWN]: '10.20.0.11', [OTHER]: '10.20.0.12' } as const;
type HostName = keyof typeof ADDRESS;

/** What an agent gets for its own host, and for another one. */
interface Row {
  readonly call: string;
  readonly own: string;
  readonly other: string;
}

/**
 * One agent's key against a real conductor: every call, for its own host and for another one. The table is printed, and docs/security.md
 * has the same.
 */
describe('what the key of one agent reaches', () => {
  let world: CellWorld;
  let compute: EnrolledAgent;
  let network: EnrolledAgent;
  let otherCompute: EnrolledAgent;
  let otherNetwork: EnrolledAgent;
  let otherService: HttpService;
  let spentToken: string;
  const uuids = new Map<HostName, string>();
  const guests = new Map<HostName, DesiredGuest>();
  const table: Row[] = [];

  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0 });
    spentToken = await aJoinToken(world, [OWN]);
    const tokenOfOther = await aJoinToken(world, [OTHER]);
    compute = await EnrolledAgent.join(world, 'compute', spentToken);
    network = await EnrolledAgent.join(world, 'network', spentToken);
    otherCompute = await EnrolledAgent.join(world, 'compute', tokenOfOther);
    otherNetwork = await EnrolledAgent.join(world, 'network', tokenOfOther);
    for (const agent of [compute, network]) await agent.announce([OWN]);
    for (const agent of [otherCompute, otherNetwork]) await agent.announce([OTHER]);
    const { hosts } = await world.door.listHosts({});
    for (const name of [OWN, OTHER] as const) {
      const fixedIps = [{ subnetId: NETWORK.subnets[0]?.id ?? '', address: ADDRESS[name] }];
      const request = aBuildRequest(hosts.find((host) => host.name === name)?.id ?? '', {
        build: aBuild({ ports: [aPort({ fixedIps })] }),
      });
      const { answers } = await world.door.createInstances({ requests: [request], actor: anActor() });
      expect(answers).toMatchObject([{ accepted: true }]);
      uuids.set(name, request.build.uuid);
    }
    for (const agent of [network, otherNetwork, compute, otherCompute]) await agent.settle();
    for (const uuid of uuids.values()) await world.until(uuid, 'active');
    for (const agent of [compute, otherCompute]) {
      const asked = await agent.client.desiredGuests({ agentId: agent.agentId, ids: null, unsettledOnly: false });
      for (const guest of asked.guests) guests.set(guest.hostName as HostName, guest);
    }

    const { publicKeys } = await otherCompute.client.heartbeat({ agentId: otherCompute.agentId });
    const trust = {
      ...{ agentId: otherCompute.agentId, credential: { isOwn: true }, verify: verifierOf(publicKeys) },
      sharedKey: { reveal: () => '' },
    };
    const driver = { find: async () => null } as unknown as Driver;
    otherService = await startOnLoopback('other agent', (app) => {
      const unused = async () => Promise.reject(new VolvoxError('not-found', 'no such guest here'));
      const handlers = {
        ...{ consoleOutput: async () => ({ output: 'secret' }), guestStats: unused, guestDisks: unused },
        ...{ injectNmi: unused, setPassword: unused, cacheImage: unused },
      };
      serveContract(app, computeContract, handlers, authenticateConductor(trust));
      serveGuestData(app, driver, ticketVerifier(trust));
    });
  });
  afterAll(async () => {
    for (const agent of [compute, network, otherCompute, otherNetwork]) await agent.client.close();
    await otherService.stop();
    await world.close();
  });

  const row = (call: string, own: string, other: string): void => {
    table.push({ call, own, other });
  };
  const verdict = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'allowed',
      (error: unknown) => (isVolvoxError(error) ? `refused (${error.kind})` : Promise.reject(error)),
    );
  const guestOf = (name: HostName): DesiredGuest => {
    const guest = guests.get(name);
    if (guest === undefined) throw new Error(`no guest on ${name}`);
    return guest;
  };
  const bindingOf = async (name: HostName) => {
    const agent = name === OWN ? network : otherNetwork;
    const { bindings } = await agent.client.desiredBindings({
      ...{ agentId: agent.agentId, ids: null, unsettledOnly: false },
    });
    const [binding] = bindings;
    if (binding === undefined) throw new Error(`no port on ${name}`);
    return binding;
  };
  const errorOfGuest = async (guestId: string): Promise<string | null> => {
    const { read } = world.test.database;
    return (
      (await read.selectFrom('guests').select('error').where('id', '=', guestId).executeTakeFirst())?.error ?? null
    );
  };
  const errorOfBinding = async (id: string): Promise<string | null> => {
    const { read } = world.test.database;
    const found = await read.selectFrom('port_bindings').select('error').where('id', '=', id).executeTakeFirst();
    return found?.error ?? null;
  };
  const told = (ids: readonly string[], id: string): string => (ids.includes(id) ? 'allowed' : 'left out');

  it('announces itself and its own hosts', async () => {
    row('announce its hosts', await verdict(compute.announce([OWN])), await verdict(compute.announce([OWN, OTHER])));
    row(
      'announce as an agent',
      await verdict(network.announce([OWN])),
      await verdict(network.announce([OTHER], otherNetwork.agentId)),
    );
    const kinds = await verdict(network.announce([OWN], network.agentId, 'compute'));
    expect(kinds, 'a network agent as a compute agent').toBe('refused (forbidden)');
    const beat = (agentId: string) => verdict(compute.client.heartbeat({ agentId }));
    row('heartbeat as an agent', await beat(compute.agentId), await beat(otherCompute.agentId));
  });

  it('renews its own key only', async () => {
    const as = (agentId: string) => verdict(compute.client.renewKey({ agentId, keyHash: 'b'.repeat(64) }));
    const other = await as(otherCompute.agentId);
    const { read } = world.test.database;
    const added = await read.selectFrom('agent_keys').selectAll().where('key_hash', '=', 'b'.repeat(64)).execute();
    expect(added).toEqual([]);
    row('renewKey as an agent', await as(compute.agentId), other);
  });

  it('joins with a token of its own host only', async () => {
    const token = await aJoinToken(world, [OWN]);
    const keyHash = 'a'.repeat(64);
    const as = (agentId: string) => verdict(joinWith(world, token, { agentId, kind: 'compute', keyHash }));
    const other = await as(otherCompute.agentId);
    row('join with a token of its host, as the agent of', await as(compute.agentId), other);
    expect(
      await verdict(joinWith(world, spentToken, { agentId: world.agents.computeId, kind: 'compute', keyHash })),
    ).toBe('refused (unauthenticated)');
  });

  it('asks for guests and reports them', async () => {
    const [own, other] = [guestOf(OWN), guestOf(OTHER)];
    const { agentId } = compute;
    const ids = [own.guestId, other.guestId];
    const asked = await compute.client.desiredGuests({ agentId, ids, unsettledOnly: false });
    const listed = asked.guests.map(({ guestId }) => guestId);
    row('desiredGuests', told(listed, own.guestId), told(listed, other.guestId));
    const as = (named: string) =>
      verdict(compute.client.desiredGuests({ agentId: named, ids: null, unsettledOnly: false }));
    row('desiredGuests as an agent', await as(agentId), await as(otherCompute.agentId));

    const error = { message: 'by the agent of own-host', permanent: false, details: null };
    const reports = [own, other].map((guest) => ({ ...asRunning(guest), settled: false, error }));
    await compute.client.reportGuests({ agentId, guests: reports });
    const stored = async (id: string) => ((await errorOfGuest(id)) === null ? 'left out' : 'allowed');
    row('reportGuests', await stored(own.guestId), await stored(other.guestId));
    row(
      'reportGuests as an agent',
      await verdict(compute.client.reportGuests({ agentId, guests: [asRunning(own)] })),
      await verdict(compute.client.reportGuests({ agentId: otherCompute.agentId, guests: [asRunning(other)] })),
    );
    const unknown = async (hostName: string): Promise<string> => {
      const guestId = crypto.randomUUID();
      const unlisted = [{ ...asRunning(own), guestId, hostName, epoch: 0, generation: 0 }];
      await compute.client.reportGuests({ agentId, guests: unlisted });
      const { read } = world.test.database;
      const rows = await read.selectFrom('unknown_guests').select('guest_id').execute();
      return told(
        rows.map(({ guest_id }) => guest_id),
        guestId,
      );
    };
    row('reportGuests: a guest nobody knows', await unknown(OWN), await unknown(OTHER));
  });

  it('asks for ports and reports them', async () => {
    const [own, other] = [await bindingOf(OWN), await bindingOf(OTHER)];
    const { agentId } = network;
    const ids = [own.bindingId, other.bindingId];
    const { bindings } = await network.client.desiredBindings({ agentId, ids, unsettledOnly: false });
    const listed = bindings.map(({ bindingId }) => bindingId);
    row('desiredBindings', told(listed, own.bindingId), told(listed, other.bindingId));
    const as = (named: string) =>
      verdict(network.client.desiredBindings({ agentId: named, ids: null, unsettledOnly: false }));
    row('desiredBindings as an agent', await as(agentId), await as(otherNetwork.agentId));

    const error = { message: 'by the agent of own-host', permanent: false, details: null };
    const reports = [own, other].map(({ bindingId, hostName, generation, present }) => ({
      ...{ bindingId, hostName, generation, present, settled: false, error },
    }));
    await network.client.reportBindings({ agentId, bindings: reports });
    const stored = async (id: string) => ((await errorOfBinding(id)) === null ? 'left out' : 'allowed');
    row('reportBindings', await stored(own.bindingId), await stored(other.bindingId));
    const reportAs = (named: string) => verdict(network.client.reportBindings({ agentId: named, bindings: [] }));
    row('reportBindings as an agent', await reportAs(agentId), await reportAs(otherNetwork.agentId));
  });

  it('asks for definitions of its own ports', async () => {
    const { agentId } = network;
    const [own, other] = [(await bindingOf(OWN)).port.id, (await bindingOf(OTHER)).port.id];
    const ask = (named: string) => network.client.definitions({ agentId: named, knows: KNOWS_NOTHING });
    await world.door.putDefinitions({ put: [aPortDefinition(own, 1, []), aPortDefinition(other, 1, [])], forget: [] });
    const listed = (await ask(agentId)).ports.map(({ id }) => id);
    row('definitions', told(listed, own), told(listed, other));
    row('definitions as an agent', await verdict(ask(agentId)), await verdict(ask(otherNetwork.agentId)));
  });

  it('asks for metadata', async () => {
    const { agentId } = network;
    const ask = (address: string, named = agentId) =>
      network.client.instanceMetadata({ agentId: named, networkId: NETWORK.id, address });
    expect(await ask(ADDRESS[OWN])).toMatchObject({ uuid: uuids.get(OWN) });
    row('instanceMetadata', await verdict(ask(ADDRESS[OWN])), await verdict(ask(ADDRESS[OTHER])));
    const as = (named: string) => verdict(ask(named === agentId ? ADDRESS[OWN] : ADDRESS[OTHER], named));
    row('instanceMetadata as an agent', await as(agentId), await as(otherNetwork.agentId));
    const guestMetadata = (named: string, guestId: string) =>
      verdict(compute.client.guestMetadata({ agentId: named, guestId }));
    const [own, other] = [guestOf(OWN).guestId, guestOf(OTHER).guestId];
    row('guestMetadata', await guestMetadata(compute.agentId, own), await guestMetadata(compute.agentId, other));
    row(
      'guestMetadata as an agent',
      await guestMetadata(compute.agentId, own),
      await guestMetadata(otherCompute.agentId, other),
    );
    const reading = (address: string, named = agentId) =>
      verdict(network.client.guestPassword({ agentId: named, networkId: NETWORK.id, address }));
    row('guestPassword', await reading(ADDRESS[OWN]), await reading(ADDRESS[OTHER]));
    const readingAs = await reading(ADDRESS[OTHER], otherNetwork.agentId);
    row('guestPassword as an agent', await reading(ADDRESS[OWN]), readingAs);
    const posting = (address: string, named = agentId) =>
      verdict(
        network.client.setGuestPassword({ agentId: named, networkId: NETWORK.id, address, password: 'c2VjcmV0' }),
      );
    const postingAs = await posting(ADDRESS[OTHER], otherNetwork.agentId);
    const posted = await posting(ADDRESS[OWN]);
    row('setGuestPassword', posted, await posting(ADDRESS[OTHER]));
    row('setGuestPassword as an agent', posted, postingAs);
    const silent = network.client.instanceMetadata({ agentId: null, networkId: NETWORK.id, address: ADDRESS[OTHER] });
    expect(await verdict(silent), 'without saying who it is').toBe('refused (not-found)');
  });

  it('cannot call other agents, nor read their disks', async () => {
    const { guestId, generation } = guestOf(OTHER);
    const url = otherService.address();
    const callWith = async (key: string): Promise<string> => {
      const client = createClient(computeContract, { url, key });
      try {
        return await verdict(client.consoleOutput({ guestId, lines: null }));
      } finally {
        await client.close();
      }
    };
    const { signing } = world.conductor;
    expect(await callWith(await signing.callCredential(otherCompute.agentId)), 'the conductor').toBe('allowed');
    row('call an agent with its key', '-', await callWith(compute.credential));
    row(
      'call an agent with the token that the conductor showed to it',
      '-',
      await callWith(await signing.callCredential(compute.agentId)),
    );

    const readWith = async (ticket: string): Promise<string> => {
      const headers = { authorization: `Bearer ${ticket}` };
      const { status } = await fetch(`${url}/guest-data/${guestId}/disks`, { headers });
      return status === 401 ? 'refused (unauthenticated)' : 'allowed';
    };
    const guest = { id: guestId, generation };
    expect(await readWith(await signing.diskTicket(guest, otherCompute.agentId)), 'the ticket of the conductor').toBe(
      'allowed',
    );
    const secret = parseCredential(compute.credential)?.secret ?? '';
    row(
      'read disks with a ticket that it made',
      '-',
      await readWith(issueDiskTicket(sharedSigner(secret), guest, Date.now())),
    );
  });

  it('is noted when it reaches for what is elsewhere', async () => {
    const sightings = await world.test.database.read.selectFrom('sightings').select(['kind', 'subject']).execute();
    expect(sightings).toContainEqual({ kind: 'agent-overreach', subject: compute.agentId });
    expect(sightings).toContainEqual({ kind: 'agent-overreach', subject: network.agentId });
    expect(sightings.map(({ subject }) => subject)).not.toContain(otherCompute.agentId);
  });

  it('is the table of docs/security.md', async () => {
    const lines = table.map(({ call, own, other }) => `| ${call} | ${own} | ${other} |`);
    process.stdout.write(`\n| call | own host | other host |\n| --- | --- | --- |\n${lines.join('\n')}\n`);
    const document = await readFile(join(import.meta.dirname, '../../../../docs/security.md'), 'utf8');
    for (const line of lines) expect(document).toContain(line);
  });
});
