import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridgeName } from '../../cell/network/names.ts';
import { networkNamespace } from '../../deploy/local/network-namespace.ts';
import { hostsOf } from '../../deploy/local/settings.ts';
import { attemptConnections, type ConnectionAttempts } from '../support/live/connection-attempts.ts';
import { type PluggedMachine, plugMachine } from '../support/live/plugged-machine.ts';
import { consoleOf, newServer } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: QEMU hosts need root');

const PORT = 7007;
const BOOT_MS = 240_000;
const TIMES = 5;
/** Long enough for several attempts. */
const WATCHED_MS = 1_500;
const SERVE = `#!/bin/sh
cat > /run/serve <<'END'
#!/bin/sh
while :; do echo hello | nc -l -p ${PORT}; done
END
chmod +x /run/serve
/run/serve </dev/null >/dev/null 2>&1 &
echo serves
`;

describe.skipIf(!isRoot)('security groups, from the API to a host', () => {
  const settings = { VOLVOX_NETWORK_SECURITY_GROUPS: 'on' };
  const region = useTestRegion({ cells: 1, simulatedHosts: 0, hosts: 1, settings }, 300_000);
  const made = {} as { machine: PluggedMachine; attempts: ConnectionAttempts; group: string; server: string };

  beforeAll(async () => {
    const { admin } = region;
    const { network } = (await admin.call('network', 'POST /v2.0/networks', {
      body: { network: { name: 'guarded' } },
    })) as { network: { id: string } };
    const subnet = { network_id: network.id, ip_version: 4, cidr: '10.78.0.0/24' } as const;
    await admin.call('network', 'POST /v2.0/subnets', { body: { subnet } });
    const { security_group: group } = (await admin.call('network', 'POST /v2.0/security-groups', {
      body: { security_group: { name: 'wall' } },
    })) as { security_group: { id: string } };
    made.group = group.id;
    const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    made.server = await newServer(admin, {
      ...{ name: 'guarded', flavorRef: '1', imageRef: images[0]?.id ?? '', networks: [{ uuid: network.id }] },
      security_groups: [{ name: 'wall' }],
      user_data: Buffer.from(SERVE).toString('base64'),
    });
    await region.untilActive(made.server, BOOT_MS);
    await waitUntil('it to serve', async () => (await consoleOf(admin, made.server)).includes('serves'), BOOT_MS);
    const [cell] = region.region.settings.cells;
    const [host] = cell === undefined ? [] : hostsOf(cell);
    if (host === undefined) throw new Error('the region has no host');
    const where = { namespace: networkNamespace(region.region.home, host), bridge: bridgeName(network.id), mtu: 1_450 };
    made.machine = await plugMachine({ ...where, address: '10.78.0.250/24' });
    const { ports } = await admin.call('network', 'GET /v2.0/ports', { query: { device_id: made.server } });
    const address = ports[0]?.fixed_ips?.[0]?.ip_address ?? '';
    made.attempts = await attemptConnections(made.machine, { host: address, port: PORT });
  }, 600_000);
  afterAll(() => made.machine?.remove());

  /** No connection that began in this time stood. */
  const staysClosed = async (): Promise<boolean> => {
    const since = Date.now();
    await waitUntil('attempts', () => Date.now() - since > WATCHED_MS, 2 * WATCHED_MS + 5_000);
    return (made.attempts.lastAtMs() ?? 0) < since;
  };
  const allow = async (): Promise<string> => {
    const rule = { security_group_id: made.group, direction: 'ingress' as const, protocol: 'tcp' };
    const answer = (await region.admin.call('network', 'POST /v2.0/security-group-rules', {
      body: { security_group_rule: { ...rule, port_range_min: PORT, port_range_max: PORT } },
    })) as { security_group_rule: { id: string } };
    return answer.security_group_rule.id;
  };
  const forbid = (id: string) =>
    region.admin.call('network', 'DELETE /v2.0/security-group-rules/{id}', { path: { id } });

  it('a guest is closed at first, open as soon as a rule says so, and closed again without it', async () => {
    expect(await staysClosed()).toBe(true);
    const opened: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const rule = await allow();
      const askedAt = Date.now();
      const at = await waitUntil(
        'a connection',
        () => {
          const last = made.attempts.lastAtMs() ?? 0;
          return last > askedAt ? last : null;
        },
        30_000,
        10,
      );
      opened.push(at - askedAt);
      await forbid(rule);
      await waitUntil('it to be closed', staysClosed, 30_000);
    }
    console.log(`from the answer of the API to the first connection, ms: ${opened.sort((a, b) => a - b).join(', ')}`);
  }, 240_000);
});
