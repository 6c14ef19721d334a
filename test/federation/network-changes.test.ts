import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../cell/agent/run-command.ts';
import { bridgeName } from '../../cell/network/names.ts';
import { networkNamespace } from '../../deploy/local/network-namespace.ts';
import { hostsOf } from '../../deploy/local/settings.ts';
import { letIn } from '../support/let-in.ts';
import { type PluggedMachine, plugMachine } from '../support/live/plugged-machine.ts';
import { consoleOf, newServer } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: QEMU hosts need root');

const BOOT_MS = 240_000;
const TIMES = 5;
/** A guest that asks for its address over and over, and says what it is told when that has changed. */
const ASK = `#!/bin/sh
cat > /run/tell <<'END'
#!/bin/sh
[ "$1" = bound ] || exit 0
now="dns=$dns mtu=$mtu"
[ "$now" = "$(cat /run/told 2>/dev/null)" ] || echo "told $now"
echo "$now" > /run/told
END
cat > /run/ask <<'END'
#!/bin/sh
while :; do udhcpc -i eth0 -f -n -q -t 3 -T 1 -O mtu -s /run/tell 2>/dev/null >/dev/ttyS0; sleep 0.1; done
END
chmod +x /run/tell /run/ask
/run/ask </dev/null >/dev/null 2>&1 &
echo asks
`;

describe.skipIf(!isRoot)('changes of networks in use, from the API to a guest', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 0, hosts: 1 }, 300_000);
  const made = {} as { network: string; subnet: string; server: string; address: string; host: string };
  const machines: PluggedMachine[] = [];
  afterAll(async () => {
    for (const machine of machines) await machine.remove();
  });

  /** Whether the guest answers the machine. */
  const pings = async () => {
    const command = ['netns', 'exec', `${made.host}-client`, 'busybox', 'ping', '-c', '1', '-W', '1', made.address];
    return (await tryCommand('ip', command)).status === 0;
  };
  const newNetwork = async (name: string, cidr: string) => {
    const { admin } = region;
    const { network } = (await admin.call('network', 'POST /v2.0/networks', { body: { network: { name } } })) as {
      network: { id: string };
    };
    const subnet = { network_id: network.id, ip_version: 4, cidr } as const;
    const answer = (await admin.call('network', 'POST /v2.0/subnets', { body: { subnet } })) as {
      subnet: { id: string };
    };
    return { network: network.id, subnet: answer.subnet.id };
  };

  beforeAll(async () => {
    const { admin } = region;
    await letIn(region);
    Object.assign(made, await newNetwork('used', '10.79.0.0/24'));
    const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    made.server = await newServer(admin, {
      ...{ name: 'asks', flavorRef: '1', imageRef: images[0]?.id ?? '', networks: [{ uuid: made.network }] },
      user_data: Buffer.from(ASK).toString('base64'),
    });
    await region.untilActive(made.server, BOOT_MS);
    await waitUntil('it to be told', async () => (await consoleOf(admin, made.server)).includes('told dns='), BOOT_MS);
    const { ports } = await admin.call('network', 'GET /v2.0/ports', { query: { device_id: made.server } });
    made.address = ports[0]?.fixed_ips?.[0]?.ip_address ?? '';
    const [cell] = region.region.settings.cells;
    const [host] = cell === undefined ? [] : hostsOf(cell);
    if (host === undefined) throw new Error('the region has no host');
    made.host = networkNamespace(region.region.home, host);
  }, 600_000);

  it('a name server of a subnet reaches its guests', async () => {
    const { admin } = region;
    const took: number[] = [];
    for (let time = 1; time <= TIMES; time++) {
      const server = `192.0.2.${time}`;
      await admin.call('network', 'PUT /v2.0/subnets/{id}', {
        path: { id: made.subnet },
        body: { subnet: { dns_nameservers: [server] } },
      });
      const answeredAt = Date.now();
      const told = async () => (await consoleOf(admin, made.server)).includes(`told dns=${server} `);
      await waitUntil('the guest to be told', told, 30_000, 20);
      took.push(Date.now() - answeredAt);
    }
    console.log(
      `from the answer of the API to what DHCP tells the guest, ms: ${took.sort((a, b) => a - b).join(', ')}`,
    );
  }, 180_000);

  it('an MTU of a network reaches its guests', async () => {
    const { admin } = region;
    await admin.call('network', 'PUT /v2.0/networks/{id}', {
      path: { id: made.network },
      body: { network: { mtu: 1_280 } },
    });
    const told = async () => (await consoleOf(admin, made.server)).includes('mtu=1280');
    await waitUntil('the guest to be told', told, 30_000);
  }, 60_000);

  it('a network that is disabled passes nothing until it is enabled', async () => {
    const { admin } = region;
    const where = { namespace: made.host, bridge: bridgeName(made.network), mtu: 1_280 };
    const machine = await plugMachine({ ...where, address: '10.79.0.250/24' });
    try {
      const enable = (up: boolean) =>
        admin.call('network', 'PUT /v2.0/networks/{id}', {
          path: { id: made.network },
          body: { network: { admin_state_up: up } },
        });
      await waitUntil('the guest to answer', pings, 30_000);
      for (const up of [false, true]) {
        await enable(up);
        await waitUntil(`a network that is ${up ? 'enabled' : 'disabled'}`, async () => (await pings()) === up, 30_000);
      }
    } finally {
      await machine.remove();
    }
  }, 120_000);

  it('a router joins the network of a guest to another, and leaves it', async () => {
    const { admin } = region;
    const other = await newNetwork('other', '10.80.0.0/24');
    const { router } = (await admin.call('network', 'POST /v2.0/routers', { body: { router: { name: 'joins' } } })) as {
      router: { id: string };
    };
    const join = (subnet: string) =>
      admin.call('network', 'PUT /v2.0/routers/{id}/add_router_interface', {
        path: { id: router.id },
        body: { subnet_id: subnet },
      });
    const leave = (subnet: string) =>
      admin.call('network', 'PUT /v2.0/routers/{id}/remove_router_interface', {
        path: { id: router.id },
        body: { subnet_id: subnet },
      });
    // The host has no port of the other network, and builds it for the router.
    const bridge = bridgeName(other.network);
    const isBuilt = async () => (await tryCommand('ip', ['-n', made.host, 'link', 'show', 'dev', bridge])).status === 0;
    await join(other.subnet);
    const took: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      await join(made.subnet);
      const joinedAt = Date.now();
      await waitUntil('the other network', isBuilt, 30_000, 20);
      took.push(Date.now() - joinedAt);
      if (time === TIMES - 1) break;
      await leave(made.subnet);
      await waitUntil('the host to remove what nothing joins to its guests', async () => !(await isBuilt()), 30_000);
    }
    console.log(
      `from the answer of the API to a network behind a router, ms: ${took.sort((x, y) => x - y).join(', ')}`,
    );

    machines.push(await plugMachine({ namespace: made.host, bridge, address: '10.80.0.250/24', mtu: 1_280 }));
    await runCommand('ip', ['-n', `${made.host}-client`, 'route', 'add', 'default', 'via', '10.80.0.1']);
    await waitUntil('the guest to answer by the router', pings, 30_000);
    await admin.call('network', 'PUT /v2.0/routers/{id}', {
      path: { id: router.id },
      body: { router: { admin_state_up: false } },
    });
    await waitUntil('a router that is down to pass nothing', async () => !(await pings()), 30_000);
    expect(await pings()).toBe(false);
  }, 180_000);
});
