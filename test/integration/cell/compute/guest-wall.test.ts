import { chmod, link, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { tapName } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { tryCommand } from '../../../../cell/agent/run-command.ts';
import { stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { Machines } from '../../../../cell/compute/drivers/qemu/machines.ts';
import { behindWall } from '../../../../cell/compute/drivers/qemu/qemu-wall.ts';
import { dhcpDir, metadataDir } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { bridgeName } from '../../../../cell/network/names.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork } from '../network/a-binding.ts';
import { aCellNetwork, type TestCellNetwork } from '../network/an-agent.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const noop = async (): Promise<void> => undefined;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: users of their own for guests, and their networks, need root');

/** One host with two tenants' guests on QEMU, its network agent, dnsmasq and metadata server. */
describe.skipIf(!isRoot)('whoever has taken over the process of a guest', () => {
  let stateDir: string;
  let network: TestCellNetwork;
  let images: ImageServer;
  let agent: QemuAgent;
  let own: DesiredGuest;
  let other: DesiredGuest;
  let uid: number;
  /** Never started: its network device is not open. */
  let freeTap: string;
  const folder = (guest: DesiredGuest, ...more: string[]) => join(stateDir, 'guests', guest.guestId, ...more);
  const cgroupsOf = async (pid: number) =>
    new Map(
      (await readFile(`/proc/${pid}/cgroup`, 'utf8'))
        .split('\n')
        .map((line) => line.split(':').slice(1, 3) as [string, string]),
    );

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-wall-'));
    await chmod(stateDir, 0o755);
    network = await aCellNetwork();
    await network.agent.start();
    const bindings = ['10.9.0.11', '10.9.0.12', '10.9.0.13'].map((address) =>
      aBinding(aNetwork(), 'host-1', [address]),
    );
    await network.want(...bindings);
    images = await startImageServer();
    agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_NETWORK_NAMESPACE: network.namespace });
    const guestOf = async (binding: DesiredBinding | undefined, disk: Buffer): Promise<DesiredGuest> => {
      if (binding === undefined) throw new Error('no binding');
      const { port, network: net } = binding;
      const nic = {
        portId: port.id,
        networkId: net.id,
        mac: port.mac,
        tapName: tapName(port.id),
        mtu: net.mtu,
        tag: null,
      };
      const made = aQemuGuest(images.image(disk));
      const desired = { ...made, spec: { ...made.spec, nics: [nic], rootGb: 1, ephemeralGb: 1, swapMb: 16 } };
      expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'running', error: null });
      return desired;
    };
    own = await guestOf(bindings[0], testGuestDisk(0));
    other = await guestOf(bindings[1], testGuestDisk(200));
    freeTap = tapName(bindings[2]?.port.id ?? '');
    uid = (await stat(`/proc/${await pidOf(stateDir, own.guestId)}`)).uid;
    await waitUntil('both boot', async () => {
      const consoles = await Promise.all([own, other].map(({ guestId }) => agent.console(guestId)));
      return consoles.every((text) => text.includes('tick 0001'));
    });
  }, 120_000);
  afterAll(async () => {
    for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
    await agent.close();
    images.close();
    await network.stop();
    await rm(stateDir, { recursive: true });
  });

  /** Without any other wall than the user id: a process of QEMU has its sandbox on top. */
  const asGuest = (script: string) =>
    tryCommand('setpriv', ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', 'sh', '-c', script]);
  const asRoot = (script: string) => tryCommand('sh', ['-c', script]);

  const reads = (path: string) => `head -c 1 '${path}' > /dev/null`;
  const lists = (path: string) => `ls '${path}' > /dev/null`;
  const writes = (path: string) => `: >> '${path}'`;
  const makes = (path: string) => `mkdir '${path}/made' && rmdir '${path}/made'`;
  const connects = (path: string) => `test -w '${path}'`;
  const signals = (pid: number) => `kill -0 ${pid}`;

  /** As the agent connects to the monitors after its next start. */
  function anotherAgent() {
    const wall = { prepare: () => Promise.reject(new Error('nothing is started')), started: noop, ended: noop };
    const cpus = { command: () => [], needsPins: () => false, pin: noop };
    return {
      machines: new Machines({ folders: stateFolders(stateDir), wall, cpus, onEvent: noop, log: silentLogger }),
    };
  }

  /** Each works for root, so that a refusal is one; whatever else of this user works is no refusal. */
  async function expectRefused(attempts: Readonly<Record<string, string>>): Promise<void> {
    const worked: string[] = [];
    for (const [what, script] of Object.entries(attempts)) {
      expect({ what, status: (await asRoot(script)).status }).toEqual({ what, status: 0 });
      if ((await asGuest(script)).status === 0) worked.push(what);
    }
    expect(worked).toEqual([]);
  }

  /** Every file and folder below, with what can be tried on it. */
  async function everythingIn(name: string, dir: string): Promise<Record<string, string>> {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const attempts: Record<string, string> = { [`${name}: list`]: lists(dir), [`${name}: make`]: makes(dir) };
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const what = `${name}: ${path.slice(dir.length + 1)}`;
      if (entry.isSocket()) attempts[`${what}: connect`] = connects(path);
      else if (entry.isDirectory())
        Object.assign(attempts, { [`${what}: list`]: lists(path), [`${what}: make`]: makes(path) });
      else Object.assign(attempts, { [`${what}: read`]: reads(path), [`${what}: write`]: writes(path) });
    }
    return attempts;
  }

  const everythingOf = (name: string, pid: number): Record<string, string> => ({
    [`${name}: signal`]: signals(pid),
    [`${name}: environment`]: reads(`/proc/${pid}/environ`),
    [`${name}: descriptors`]: lists(`/proc/${pid}/fd`),
    [`${name}: folder`]: lists(`/proc/${pid}/cwd`),
    [`${name}: memory`]: `exec 3< /proc/${pid}/mem`,
  });

  const pidIn = async (path: string) => Number(await readFile(path, 'utf8'));

  it('is a user of its own', async () => {
    const another = (await stat(`/proc/${await pidOf(stateDir, other.guestId)}`)).uid;
    expect(new Set([uid, another, 0, 65534, network.setup.serviceUid]).size).toBe(5);
    // So that what follows is refused for whose it is, and not because nothing works.
    expect(await asGuest(`${reads(folder(own, 'disk.qcow2'))}`)).not.toMatchObject({ status: 0 });
    expect(
      await tryCommand(
        'setpriv',
        [
          '--reuid',
          `${uid}`,
          '--regid',
          `${uid}`,
          '--clear-groups',
          'sh',
          '-c',
          `${reads('disk.qcow2')} && ${connects('run/qmp.sock')} && ${signals(await pidOf(stateDir, own.guestId))}`,
        ],
        { cwd: folder(own) },
      ),
    ).toMatchObject({ status: 0 });
  });

  it('reads, writes and signals nothing of another guest', async () => {
    expect(await readdir(folder(other))).toEqual(
      expect.arrayContaining(['console.log', 'disk.qcow2', 'ephemeral.qcow2', 'guest.json', 'run', 'swap.qcow2']),
    );
    const attempts = {
      ...(await everythingIn('its folder', folder(other))),
      ...everythingOf('its process', await pidOf(stateDir, other.guestId)),
    };
    await expectRefused(attempts);
    // Its own folder is a wall too, not only the one above.
    await chmod(join(stateDir, 'guests'), 0o755);
    await expectRefused(attempts).finally(() => chmod(join(stateDir, 'guests'), 0o700));
  });

  it('reads, writes and signals nothing of the agents, the image cache, dnsmasq and the metadata server', async () => {
    const bridge = bridgeName(own.spec.nics[0]?.networkId ?? '');
    await expectRefused({
      ...(await everythingIn('image cache', join(stateDir, 'images'))),
      'guests: list': lists(join(stateDir, 'guests')),
      'guests: make': makes(join(stateDir, 'guests')),
      ...everythingOf('agent', process.pid),
      ...(await everythingIn('network agent', network.environment.VOLVOX_NETWORK_STATE_DIR)),
      ...(await everythingIn('dnsmasq', dhcpDir(network.setup))),
      ...everythingOf('dnsmasq', await pidIn(join(dhcpDir(network.setup), bridge, 'pid'))),
      ...(await everythingIn('metadata server', metadataDir(network.setup))),
      ...everythingOf('metadata server', await pidIn(join(metadataDir(network.setup), 'pid'))),
      'metadata of guests: connect': connects(join(network.setup.runtimeDir, 'agent.sock')),
    });
  });

  it('puts no name of its own where the agent looks', async () => {
    const here = folder(own);
    const attempt = (script: string) =>
      tryCommand('setpriv', ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', 'sh', '-c', script], {
        cwd: here,
      });
    for (const script of [
      'ln -s /etc/shadow linked',
      'mv console.log elsewhere',
      'rm -f disk.qcow2',
      reads('guest.json'),
      writes('qemu.pid'),
      writes('qemu.log'),
      'rm -f run/qmp.sock',
      'ln -s /etc/shadow run/linked',
      ': > run/made',
    ]) {
      expect({ script, status: (await attempt(script)).status }).not.toMatchObject({ status: 0 });
    }
    expect((await readdir(here)).includes('disk.qcow2')).toBe(true);
  });

  it('leads the agent to the monitor of no other guest', async () => {
    const [socket, kept] = [folder(own, 'run/qmp.sock'), folder(own, 'run/kept')];
    // As its user could do before its process was there, or with a fault in the wall.
    await rename(socket, kept);
    await symlink(folder(other, 'run/qmp.sock'), socket);
    const { machines } = anotherAgent();
    await expect(machines.execute(own.guestId, 'system_powerdown')).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/refuses .*run\/qmp\.sock: it is a symbolic link/),
    });
    await rm(socket);
    await link(folder(other, 'run/qmp.sock'), socket);
    await expect(machines.execute(own.guestId, 'system_powerdown')).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/it is a socket of user \d+, not of user \d+/),
    });
    expect(await machines.state(own.guestId)).toBe('silent');
    await rm(socket);
    await rename(kept, socket);
    // It is the real one: QEMU serves one agent at a time, and the other is connected.
    await expect(machines.execute(own.guestId, 'query-status')).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    expect(await agent.driver.find(own.guestId)).toMatchObject({ power: 'running' });
  });

  it('sees none of the folders of the host in which everybody can make files, nor its sockets', async () => {
    const root = `/proc/${await pidOf(stateDir, own.guestId)}/root`;
    for (const hidden of ['/tmp', '/var/tmp', '/run']) {
      expect({ hidden, names: await readdir(`${root}${hidden}`) }).toEqual({ hidden, names: [] });
      await expect(writeFile(`${root}${hidden}/made`, '')).rejects.toMatchObject({ code: 'EROFS' });
    }
  });

  it('opens the device files that its guest was given, and no others, and locks as much memory as devices need', async () => {
    const wall = behindWall({
      ...{ uid, networkNamespace: network.namespace, cgroups: [], fileBytes: null },
      ...{ mounts: join(stateDir, 'guest-mounts'), kvm: false, taps: false, lockedKb: 3_072 },
      deviceFiles: ['vfio/vfio:10:196', 'vfio/7:1:3'],
    });
    const [program = '', ...args] = wall;
    const look = 'ls -ln /dev/vfio; ulimit -l; cat /dev/vfio/7 && echo opened';
    const { stdout, status } = await tryCommand(program, [...args, 'sh', '-c', look]);
    expect({ stdout, status }).toEqual({ stdout: expect.any(String), status: 0 });
    expect(stdout).toMatch(new RegExp(`^crw------- 1 ${uid} ${uid} +1, +3 .* 7$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^crw------- 1 ${uid} ${uid} +10, +196 .* vfio$`, 'm'));
    expect(stdout).toMatch(/^3072\nopened$/m);
  });

  it('attaches to no network device but its own', async () => {
    const attach = async (tap: string, as: number) => {
      const wall = behindWall({
        ...{ uid: as, networkNamespace: network.namespace, cgroups: [], fileBytes: null },
        ...{ mounts: join(stateDir, 'guest-mounts'), kvm: false, taps: true },
      });
      const [program = '', ...args] = [...wall, 'qemu-system-x86_64', '-M', 'none', '-nodefaults', '-display', 'none'];
      const device = [
        '-S',
        '-netdev',
        `tap,id=n,ifname=${tap},script=no,downscript=no`,
        '-chardev',
        'null,id=q',
        '-monitor',
        'none',
      ];
      return await tryCommand(program, [...args, ...device, '-qmp', 'stdio'], {
        input: '{"execute":"qmp_capabilities"}{"execute":"quit"}\n',
      });
    };
    expect((await attach(freeTap, uid)).stderr).toMatch(/Operation not permitted/);
    await agent.driver.kill(other.guestId);
    const [nic] = other.spec.nics;
    expect((await attach(nic?.tapName ?? '', uid)).stderr).toMatch(/Operation not permitted/);
    const otherUid = (await stat(folder(other, 'disk.qcow2'))).uid;
    const allowed = await attach(nic?.tapName ?? '', otherUid);
    expect(allowed.stderr).not.toMatch(/not permitted/);
    expect(allowed.status).toBe(0);
    expect(await agent.converge(other)).toMatchObject({ settled: true, power: 'running' });
  });

  it('has no privileges, no way to get any, a filter of system calls, and none of the options of the agent', async () => {
    const pid = await pidOf(stateDir, own.guestId);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapPrm:\t0+$/m);
    expect(status).toMatch(/^Groups:\t ?$/m);
    const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
    expect(limits).toMatch(/^Max core file size +0 +0/m);
    const fileBytes = 2 * (2 * 1024 + 16) * 1024 ** 2 + 64 * 1024 ** 2;
    expect(limits).toMatch(new RegExp(`^Max file size +${fileBytes} +${fileBytes} `, 'm'));
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/VOLVOX_(?!REGION_HOME)/);
    expect((await readdir(`/proc/${pid}/root/dev`)).toSorted()).toEqual(['net', 'null', 'random', 'urandom', 'zero']);
  });

  it('is limited by a control group, which goes with its guest', async (context) => {
    const walls = (await agent.driver.hosts())[0]?.capabilities.guestWalls ?? [];
    if (!['memory', 'cpu', 'pids'].every((one) => walls.includes(one))) {
      return context.skip('this host has no control groups that can be written to');
    }
    const guest = aQemuGuest(images.image(testGuestDisk(0)));
    await agent.converge(guest);
    const groups = await cgroupsOf(await pidOf(stateDir, guest.guestId));
    const version = groups.has('memory') ? 1 : 2;
    const file = (controller: string, name: string) =>
      version === 1
        ? join('/sys/fs/cgroup', controller, groups.get(controller) ?? '', name)
        : join('/sys/fs/cgroup', groups.get('') ?? '', name);
    const memory = file('memory', version === 1 ? 'memory.limit_in_bytes' : 'memory.max');
    expect(memory).toContain(guest.guestId);
    const bytes = (guest.spec.ramMb + 256 + 1) * 1024 ** 2;
    expect(await pidIn(memory)).toBe(bytes);
    const swap = file('memory', version === 1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max');
    const limit = await readFile(swap, 'utf8').catch(() => null);
    if (limit !== null) expect(Number(limit)).toBe(version === 1 ? 2 * bytes : bytes);
    expect(await pidIn(file('cpu', version === 1 ? 'cpu.shares' : 'cpu.weight'))).toBe(version === 1 ? 1024 : 100);
    expect(await pidIn(file('pids', 'pids.max'))).toBe(257);
    await agent.converge({ ...guest, generation: 2, power: 'absent' });
    for (const path of [memory, file('cpu', 'cgroup.procs'), file('pids', 'pids.max')]) {
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  it('finds the marker of nobody else, also where names are known', async () => {
    await writeFile(folder(other, 'memory.state'), 'of the other', { mode: 0o600 });
    const refused = await asGuest(`cat '${folder(other, 'memory.state')}'`);
    await rm(folder(other, 'memory.state'));
    expect(refused).toMatchObject({ stdout: '', status: 1 });
  });
});
