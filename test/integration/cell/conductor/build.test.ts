import { describe, expect, it } from 'vitest';
import { guestsOf, specOf } from '../../../../cell/database/stores/guests.ts';
import { aNetwork } from '../../../support/a-network.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aBuildRequest, aFlavor, anActor, aPort, NETWORK } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';
import { hearHost, silenceHost } from './support/silent-host.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('building in a cell', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 3 }, (made) => {
    world = made;
  });

  it('turns a build request into an active server', async () => {
    const uuid = await world.request(0);
    const instance = await world.until(uuid, 'active');
    expect(instance).toMatchObject({
      powerState: 'running',
      host: 'host-1',
      hostStatus: 'UP',
      zone: 'nova',
      epoch: 1,
      fault: null,
      cellName: 'cell-test',
    });
    expect(instance.launchedAt).not.toBeNull();
    expect(instance.instanceName).toMatch(/^instance-[0-9a-f]{8}$/);
    const { actions } = await world.door.listActions({ uuid });
    expect(actions).toMatchObject([
      {
        action: 'create',
        message: null,
        requestId: instance.requestId,
        events: [{ event: 'compute__do_build_and_run_instance', result: 'Success' }],
      },
    ]);
  });

  describe('builds whose guests are reported to run', () => {
    const spawning = async (count: number) => {
      world.agents.guestFate = () => 'silence';
      const uuids = await Promise.all(Array.from({ length: count }, () => world.request(0)));
      await waitUntil('their ports to be plugged', async () => {
        const instances = await Promise.all(uuids.map((uuid) => world.get(uuid)));
        return instances.every(({ taskState }) => taskState === 'spawning');
      });
      return uuids;
    };
    const operationsOf = (uuids: readonly string[]) =>
      world.test.database.read
        .selectFrom('operations')
        .selectAll()
        .where('subject', 'in', uuids)
        .where('kind', '=', 'build')
        .execute();

    it('end with what was reported, and their timelines name the host', async () => {
      const uuids = await spawning(5);
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      const rows = await operationsOf(uuids);
      expect(rows).toHaveLength(uuids.length);
      for (const row of rows) {
        expect(row).toMatchObject({ state: 'done', step_index: 1, lease_expires_at: 0 });
        const history = JSON.parse(String(row.history));
        expect(history).toMatchObject([{ name: 'spawn', outcome: 'done', host: 'host-1' }]);
      }
      for (const uuid of uuids) {
        const instance = await world.get(uuid);
        expect(instance).toMatchObject({ vmState: 'active', taskState: null, powerState: 'running', fault: null });
        expect(instance.launchedAt).not.toBeNull();
      }
    });

    it('are left to a worker that is looking at them', async () => {
      const [uuid = ''] = await spawning(1);
      const { write } = world.test.database;
      const lease = { lease_owner: 'another worker', lease_token: 77, lease_expires_at: Date.now() + 60_000 };
      await write.updateTable('operations').set(lease).where('subject', '=', uuid).execute();
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      expect(await operationsOf([uuid])).toMatchObject([{ ...lease, state: 'running' }]);
      expect((await world.get(uuid)).vmState).toBe('building');
      await write
        .updateTable('operations')
        .set({ lease_expires_at: 0, wake_at: 0 })
        .where('subject', '=', uuid)
        .execute();
      await world.until(uuid, 'active');
    });
  });

  it('builds without ports', async () => {
    const uuid = await world.request(0, { build: aBuild({ ports: [] }) });
    await world.until(uuid, 'active');
  });

  describe('again, in a cell that was told to release an earlier build', () => {
    /** Its guest still runs on host-1; the new guest is to be on host-2. */
    const anotherBuild = async (absent: 'silence' | { message: string; permanent: boolean }) => {
      const build = aBuild();
      const { uuid } = build;
      await world.anActiveInstance(0, { build, epoch: 2 });
      world.agents.guestFate = ({ power }) => (power === 'absent' ? absent : 'settle');
      await world.door.releaseBuild({ uuid, epoch: 2 });
      await world.request(1, { build, epoch: 3 });
      await waitUntil('its ports to be plugged', async () => (await world.get(uuid)).taskState !== 'networking');
      return uuid;
    };
    const hostsOf = (uuid: string) =>
      [...world.agents.guests.values()].flatMap(({ spec, hostName }) => (spec.instanceUuid === uuid ? [hostName] : []));

    it('starts no guest next to the earlier one', async () => {
      const uuid = await anotherBuild('silence');
      await world.agents.workGuests(null);
      expect(hostsOf(uuid)).toEqual(['host-1']);
      expect((await world.get(uuid)).taskState).toBe('spawning');
      // However long that takes, host-2 has its whole time afterwards.
      const { read, write } = world.test.database;
      const itsTime = read.selectFrom('guests').select('created_at').where('host_id', '=', world.host(1).id);
      const longAgo = Date.now() - 3_600_000;
      await write.updateTable('guests').set({ created_at: longAgo }).where('host_id', '=', world.host(1).id).execute();
      await waitUntil('its time limit to start again', async () => {
        const rows = await itsTime.where('instance_uuid', '=', uuid).execute();
        return rows.length === 1 && rows.every(({ created_at }) => created_at > longAgo);
      });
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', epoch: 3 });
      expect(hostsOf(uuid)).toEqual(['host-2']);
    });

    it('does not wait for an earlier guest that cannot be removed but is stopped', async () => {
      const uuid = await anotherBuild({ message: 'disk is read-only', permanent: false });
      expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
    });

    it('does not wait for a host whose agent is silent', async () => {
      const uuid = await anotherBuild('silence');
      await silenceHost(world, world.host(0).id);
      expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
      world.agents.guestFate = () => 'settle';
      await hearHost(world, world.host(0).id);
      await world.agents.workGuests(null);
    });

    it('waits for a host that was declared dead, as long as its agent answers', async () => {
      const uuid = await anotherBuild('silence');
      await world.door.updateService({ id: world.host(0).id, forcedDown: true });
      await world.agents.workGuests(null);
      expect(hostsOf(uuid)).toEqual(['host-1']);
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
      expect(hostsOf(uuid)).toEqual(['host-2']);
      await world.door.updateService({ id: world.host(0).id, forcedDown: false });
    });
  });

  it('plugs the ports before the guest is shown to its agent', async () => {
    world.agents.bindingFate = () => 'silence';
    const uuid = await world.request(0);
    await world.agents.workGuests(null);
    expect((await world.get(uuid)).taskState).toBe('networking');
    expect([...world.agents.guests.values()].some((guest) => guest.spec.instanceUuid === uuid)).toBe(false);
    world.agents.bindingFate = () => 'settle';
    world.agents.guestFate = (guest) => (guest.spec.instanceUuid === uuid ? 'silence' : 'settle');
    await world.agents.workBindings(null);
    await waitUntil('spawning', async () => (await world.get(uuid)).taskState === 'spawning');
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.until(uuid, 'active');
  });

  it('accepts a repeated build request, and creates nothing twice', async () => {
    const request = aBuildRequest(world.host(0).id);
    const ask = () => world.door.createInstances({ requests: [request], actor: anActor() });
    const answers = (await Promise.all([ask(), ask(), ask()])).flatMap((answer) => answer.answers);
    expect(answers).toEqual(Array(3).fill({ uuid: request.build.uuid, accepted: true, hostId: world.host(0).id }));
    await world.until(request.build.uuid, 'active');
    expect((await ask()).answers[0]?.accepted).toBe(true);
    const guests = [...world.agents.guests.values()].filter((guest) => guest.spec.instanceUuid === request.build.uuid);
    expect(guests).toHaveLength(1);
  });

  it('accepts a build request with a higher epoch, and refuses one with a lower', async () => {
    const request = aBuildRequest(world.host(0).id, { epoch: 5 });
    const ask = (epoch: number) => world.door.createInstances({ requests: [{ ...request, epoch }], actor: anActor() });
    await ask(5);
    await world.until(request.build.uuid, 'active');
    expect((await ask(7)).answers[0]).toMatchObject({ accepted: true, hostId: world.host(0).id });
    expect((await ask(6)).answers[0]).toMatchObject({ accepted: false, reason: 'stale-epoch' });
    expect((await world.get(request.build.uuid)).epoch).toBe(7);
  });

  it('answers each build request of a batch separately', async () => {
    const requests = [
      aBuildRequest(world.host(0).id),
      aBuildRequest('99999999-9999-4999-8999-999999999999'),
      aBuildRequest(world.host(1).id, { build: aBuild({ flavor: aFlavor({ ramMb: 1_000_000 }) }) }),
      aBuildRequest(world.host(2).id),
    ];
    const { answers } = await world.door.createInstances({ requests, actor: anActor() });
    expect(answers.map((answer) => (answer.accepted ? 'accepted' : answer.reason))).toEqual([
      'accepted',
      'host-unknown',
      'capacity',
      'accepted',
    ]);
    await world.until(requests[3]?.build.uuid ?? '', 'active');
  });

  it('goes to an alternate when the chosen host is full or disabled', async () => {
    const { id } = world.host(2);
    await world.door.updateService({ id, enabled: false, disabledReason: 'test' });
    const request = aBuildRequest(id, { alternates: [world.host(1).id] });
    const { answers } = await world.door.createInstances({ requests: [request], actor: anActor() });
    expect(answers).toEqual([{ uuid: request.build.uuid, accepted: true, hostId: world.host(1).id }]);
    const alone = await world.door.createInstances({ requests: [aBuildRequest(id)], actor: anActor() });
    expect(alone.answers[0]).toMatchObject({ accepted: false, reason: 'host-disabled' });
    await world.door.updateService({ id, enabled: true });
    await world.until(request.build.uuid, 'active');
  });

  it('enforces the policies of server groups exactly for concurrent requests', async () => {
    const group = {
      id: 'c0000000-0000-4000-8000-000000000001',
      name: 'g',
      policy: 'anti-affinity',
      maxServerPerHost: 1,
    };
    const requests = Array.from({ length: 8 }, (_, index) =>
      aBuildRequest(world.host(index % 2).id, { build: aBuild({ serverGroup: group }) }),
    );
    const answers = await Promise.all(
      requests.map((request) => world.door.createInstances({ requests: [request], actor: anActor() })),
    );
    const accepted = answers.flatMap((answer) => answer.answers).filter((answer) => answer.accepted);
    expect(accepted).toHaveLength(2);
    const together = { ...group, id: 'c0000000-0000-4000-8000-000000000002', policy: 'affinity' };
    const spread = await Promise.all(
      [0, 1, 2].map((index) =>
        world.door.createInstances({
          requests: [aBuildRequest(world.host(index).id, { build: aBuild({ serverGroup: together }) })],
          actor: anActor(),
        }),
      ),
    );
    expect(spread.flatMap((answer) => answer.answers).filter((answer) => answer.accepted)).toHaveLength(1);
    const { hosts } = await world.door.listHosts({});
    expect(hosts.reduce((sum, host) => sum + (host.groups[group.id] ?? 0), 0)).toBe(2);
  });

  it('tries the alternates when an agent fails, and cleans up', async () => {
    world.agents.guestFate = (guest) =>
      guest.hostName === 'host-1' && guest.power === 'running' ? { message: 'no disk', permanent: true } : 'settle';
    const request = aBuildRequest(world.host(0).id, { alternates: [world.host(1).id] });
    await world.door.createInstances({ requests: [request], actor: anActor() });
    const instance = await world.until(request.build.uuid, 'active');
    expect(instance.host).toBe('host-2');
    const { actions } = await world.door.listActions({ uuid: request.build.uuid });
    expect(actions.flatMap(({ events }) => events)).toMatchObject([{ result: 'Success', host: 'host-2' }]);
    await waitUntil('the first guest to be gone', async () => {
      const rows = await world.test.database.read
        .selectFrom('guests')
        .select('id')
        .where('instance_uuid', '=', request.build.uuid)
        .execute();
      return rows.length === 1;
    });
    const { hosts } = await world.door.listHosts({});
    expect(hosts.find((host) => host.name === 'host-1')?.buildFailures).toBeGreaterThan(0);
  });

  it('tries no other host when what was asked for is to blame, and passes the reason on as such', async () => {
    const asked: string[] = [];
    world.agents.guestFate = (guest) => {
      if (guest.power !== 'running') return 'settle';
      asked.push(guest.hostName);
      return { message: 'The image is not qcow2, as it says it is.', permanent: true, blame: 'request' };
    };
    const request = aBuildRequest(world.host(0).id, { alternates: [world.host(1).id, world.host(2).id] });
    await world.door.createInstances({ requests: [request], actor: anActor() });
    const { uuid } = request.build;
    const notice = await waitUntil('the notice', async () => {
      const { notices } = await world.door.watchNotices({ waitMs: 1_000, limit: 100 });
      return notices.find((candidate) => candidate.instanceUuid === uuid);
    });
    expect(notice).toMatchObject({ fault: { code: 400, message: 'The image is not qcow2, as it says it is.' } });
    expect(new Set(asked)).toEqual(new Set(['host-1']));
    if (notice.fault === null) throw new Error('no fault');
    await world.door.buryBuild({ uuid, epoch: 1, fault: notice.fault });
    await world.door.acknowledgeNotices({ ids: [notice.id] });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'error', fault: { code: 400 } });
  });

  it('claims nothing on a host that has a problem, says so, and uses it again when the problem is gone', async () => {
    const problemOf = async (name: string) =>
      (await world.door.listHosts({})).hosts.find((host) => host.name === name)?.problem;
    world.agents.problems.set('host-1', 'The device /dev/net/tun cannot be opened');
    await world.agents.announce();
    expect(await problemOf('host-1')).toBe('The device /dev/net/tun cannot be opened');
    expect(await problemOf('host-2')).toBeNull();
    const refused = aBuildRequest(world.host(0).id);
    expect((await world.door.createInstances({ requests: [refused], actor: anActor() })).answers).toMatchObject([
      { accepted: false, reason: 'host-problem', message: expect.stringContaining('/dev/net/tun') },
    ]);
    const request = aBuildRequest(world.host(0).id, { alternates: [world.host(1).id] });
    await world.door.createInstances({ requests: [request], actor: anActor() });
    expect((await world.until(request.build.uuid, 'active')).host).toBe('host-2');
    world.agents.problems.clear();
    await world.agents.announce();
    expect(await problemOf('host-1')).toBeNull();
    await world.until(await world.request(0), 'active');
  });

  it('claims nothing on a host that does not carry the networks of the server, and says so', async () => {
    world.agents.segmentTypes.set('host-1', ['flat', 'vxlan']).set('host-2', ['flat', 'vlan']);
    await world.agents.announce();
    const { hosts } = await world.door.listHosts({});
    expect(hosts.map(({ segmentTypes }) => segmentTypes)).toEqual([['flat', 'vxlan'], ['flat', 'vlan'], undefined]);
    const networks = [aNetwork({ segmentType: 'vlan', segmentId: 7 })];
    const on = async (hostId: string, alternates: string[] = []) => {
      const request = aBuildRequest(hostId, { build: aBuild({ networks, ports: [] }), alternates });
      return (await world.door.createInstances({ requests: [request], actor: anActor() })).answers[0];
    };
    expect(await on(world.host(0).id)).toMatchObject({
      accepted: false,
      ...{ reason: 'network-needs', message: 'Host host-1 does not carry networks of the type vlan.' },
    });
    expect(await on(world.host(0).id, [world.host(1).id])).toMatchObject({ accepted: true, hostId: world.host(1).id });
    // A host that does not tell is taken to carry any.
    expect(await on(world.host(2).id)).toMatchObject({ accepted: true });
    world.agents.segmentTypes.clear();
    await world.agents.announce();
    expect(await on(world.host(0).id)).toMatchObject({ accepted: true });
  });

  it('claims nothing for a trunk on a host that cannot tag frames', async () => {
    world.agents.tagsFrames.set('host-1', false).set('host-2', true);
    await world.agents.announce();
    const network = aNetwork({});
    const { id, mac, fixedIps } = aPort({ networkId: network.id });
    const subport = { id, mac, fixedIps, segmentationId: 7, securityGroupIds: [], network };
    const trunk = aPort({ networkId: network.id, subports: [subport] });
    const request = aBuildRequest(world.host(0).id, { build: aBuild({ networks: [network], ports: [trunk] }) });
    const { answers } = await world.door.createInstances({ requests: [request], actor: anActor() });
    expect(answers).toMatchObject([
      { accepted: false, reason: 'network-needs', message: expect.stringContaining('cannot tag the frames') },
    ]);
    const other = await world.door.createInstances({
      requests: [{ ...request, alternates: [world.host(1).id] }],
      actor: anActor(),
    });
    expect(other.answers).toMatchObject([{ accepted: true, hostId: world.host(1).id }]);
    world.agents.tagsFrames.clear();
    await world.agents.announce();
  });

  it('writes a notice when no host can build, and shows ERROR once the build is buried', async () => {
    world.agents.bindingFate = (binding) => (binding.present ? { message: 'no bridge', permanent: true } : 'settle');
    const request = aBuildRequest(world.host(0).id, { alternates: [world.host(1).id, world.host(2).id] });
    await world.door.createInstances({ requests: [request], actor: anActor() });
    const { uuid } = request.build;
    const notice = await waitUntil('the notice', async () => {
      const { notices } = await world.door.watchNotices({ waitMs: 1_000, limit: 100 });
      return notices.find((candidate) => candidate.instanceUuid === uuid);
    });
    expect(notice).toMatchObject({ kind: 'build-failed', epoch: 1, fault: { code: 500, message: 'no bridge' } });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'building', host: null });
    const fault = {
      code: 500,
      message: 'No valid host was found.',
      details: null,
      createdAt: new Date().toISOString(),
    };
    await world.door.buryBuild({ uuid, epoch: 1, fault });
    await world.door.buryBuild({ uuid, epoch: 1, fault });
    await world.door.acknowledgeNotices({ ids: [notice.id] });
    expect(await world.get(uuid)).toMatchObject({
      vmState: 'error',
      taskState: null,
      fault: { message: fault.message },
    });
    const { notices } = await world.door.watchNotices({ waitMs: 0, limit: 100 });
    expect(notices.filter(({ id }) => id === notice.id)).toEqual([]);
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
  });

  it('forgets a released build, even one whose request is still on its way', async () => {
    const uuid = await world.anActiveInstance(0);
    await world.door.releaseBuild({ uuid, epoch: 1 });
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    await waitUntil('its guest to be gone', async () =>
      [...world.agents.guests.values()].every((guest) => guest.spec.instanceUuid !== uuid),
    );
    const request = aBuildRequest(world.host(0).id, { epoch: 3 });
    await world.door.releaseBuild({ uuid: request.build.uuid, epoch: 3 });
    const late = await world.door.createInstances({ requests: [request], actor: anActor() });
    expect(late.answers[0]).toMatchObject({ accepted: false, reason: 'stale-epoch' });
    const next = await world.door.createInstances({ requests: [{ ...request, epoch: 4 }], actor: anActor() });
    expect(next.answers[0]).toMatchObject({ accepted: true });
    await world.until(request.build.uuid, 'active');
  });

  it('releases a failed build once, and not one that is deleted', async () => {
    const failed = async () => {
      world.agents.bindingFate = (binding) => (binding.present ? { message: 'no bridge', permanent: true } : 'settle');
      const uuid = await world.request(0);
      await waitUntil('the build to fail', async () => (await world.get(uuid)).taskState === 'scheduling');
      world.agents.bindingFate = () => 'settle';
      return uuid;
    };
    const release = (uuid: string) => world.door.releaseBuild({ uuid, epoch: 1, onlyFailed: true });
    const fault = { code: 500, message: 'No.', details: null, createdAt: new Date().toISOString() };

    const deleted = await failed();
    world.agents.guestFate = () => 'silence';
    await world.act(deleted, 'delete');
    await expect(release(deleted)).rejects.toMatchObject({ kind: 'conflict' });
    world.agents.guestFate = () => 'settle';
    await world.untilGone(deleted);
    await expect(release(deleted)).rejects.toMatchObject({ kind: 'conflict' });

    const released = await failed();
    await release(released);
    await release(released);
    await expect(world.act(released, 'delete')).rejects.toMatchObject({ kind: 'moved' });
    await expect(world.get(released)).rejects.toMatchObject({ kind: 'moved' });
    await expect(world.door.buryBuild({ uuid: released, epoch: 1, fault })).rejects.toMatchObject({
      kind: 'not-found',
    });

    const active = await world.anActiveInstance(0);
    await expect(release(active)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('tells a guest about itself by its address', async () => {
    const port = aPort();
    const keyPair = { name: 'k', publicKey: 'ssh-rsa AAAA', type: 'ssh', fingerprint: 'f' };
    const uuid = await world.anActiveInstance(0, { build: aBuild({ ports: [port], keyPair, metadata: { a: 'b' } }) });
    const metadata = await world.agents.metadataAt(NETWORK.id, port.fixedIps[0]?.address ?? '');
    expect(metadata).toMatchObject({ uuid, publicKeys: { k: 'ssh-rsa AAAA' }, metadata: { a: 'b' }, macs: [port.mac] });
    await expect(world.agents.metadataAt(NETWORK.id, '10.99.99.99')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('gives a guest the disks of the request, and tells it of its files and of the devices with tags', async () => {
    const port = { ...aPort(), tag: 'uplink' };
    const device = { sizeMb: null, format: null, bus: null, bootIndex: null, tag: null };
    const injectedFiles = [{ path: '/etc/motd', contents: 'aGVsbG8=' }];
    const build = aBuild({
      ports: [port],
      flavor: aFlavor({ ephemeralGb: 3 }),
      injectedFiles,
      blockDevices: [
        { ...device, kind: 'root', bootIndex: 0, bus: 'scsi' },
        { ...device, kind: 'ephemeral', sizeMb: 1024, tag: 'data' },
        { ...device, kind: 'ephemeral', sizeMb: 2048 },
      ],
    });
    const uuid = await world.anActiveInstance(0, { build });
    const [guest] = await guestsOf(world.test.database.read, uuid);
    const { disks } = await specOf(world.test.database.read, guest?.id ?? '');
    expect(disks?.map(({ name, sizeMb, bus }) => [name, sizeMb, bus])).toEqual([
      ['root', 1024, 'scsi'],
      ['ephemeral', 1024, null],
      ['ephemeral1', 2048, null],
    ]);
    expect(await world.agents.metadataAt(NETWORK.id, port.fixedIps[0]?.address ?? '')).toMatchObject({
      files: injectedFiles,
      devices: [
        { type: 'nic', bus: 'pci', address: '0000:00:06.0', mac: port.mac, tags: ['uplink'] },
        { type: 'disk', bus: 'pci', address: '0000:00:02.0', tags: ['data'] },
      ],
      blockDeviceNames: { root: '/dev/sda', ephemeral0: '/dev/vda', ephemeral1: '/dev/vdb' },
    });
    world.agents.movedCards = [{ mac: port.mac, address: '0000:01:00.0' }];
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    world.agents.movedCards = [];
    expect(await world.agents.metadataAt(NETWORK.id, port.fixedIps[0]?.address ?? '')).toMatchObject({
      devices: [{ type: 'nic', address: '0000:01:00.0', mac: port.mac }, { type: 'disk' }],
    });
    for (const withUserData of [false, true]) {
      const listed = await world.door.listInstances({ filter: {}, sort: [], after: null, limit: 1_000, withUserData });
      expect(listed.instances.map((one) => [one.uuid, one.injectedFiles])).toContainEqual([uuid, undefined]);
    }
  });
});

describe('capacity', () => {
  it('is claimed exactly: twenty build requests at once for the capacity of five', async () => {
    const world = await CellWorld.create({ hosts: 1, total: { vcpus: 100, ramMb: 5 * 512, diskGb: 1_000 } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        world.door.createInstances({ requests: [aBuildRequest(world.host(0).id)], actor: anActor() }),
      ),
    );
    const flat = answers.flatMap((answer) => answer.answers);
    expect(flat.filter((answer) => answer.accepted)).toHaveLength(5);
    expect(flat.filter((answer) => !answer.accepted && answer.reason === 'capacity')).toHaveLength(15);
    await world.auditClaims();
    for (const answer of flat) if (answer.accepted) await world.until(answer.uuid, 'active');
    await world.close();
  });
});
