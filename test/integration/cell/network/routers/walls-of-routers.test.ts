import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { networkNamespace, routerNamespace } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { bridgeName, routerPart } from '../../../../../cell/network/names.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aGroupedHost, aRule, EGRESS, type GroupedGuest, type GroupedHost } from '../groups/a-grouped-host.ts';
import { aRange, aRouter } from './a-router.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('walls around a router', () => {
  let host: GroupedHost;
  let open: string;
  const guests: GroupedGuest[] = [];
  let counted = 0;
  beforeAll(async () => {
    host = await aGroupedHost();
    open = host.group([...EGRESS, aRule(), aRule({ ethertype: 'IPv6' })]);
  });
  afterEach(async () => {
    for (const guest of guests.splice(0)) await host.remove(guest);
    host.routers.clear();
    await host.pass();
  });
  afterAll(async () => await host.stop());

  const join = (networks: Parameters<typeof aRouter>[0], rest: Parameters<typeof aRouter>[1] = {}) => {
    const router = aRouter(networks, rest);
    for (const network of networks) host.networks.set(network.id, network);
    host.routers.set(router.id, router);
    return router;
  };
  const guestOf = async (...parameters: Parameters<GroupedHost['guest']>) => {
    const guest = await host.guest(...parameters);
    guests.push(guest);
    return guest;
  };
  /** Counts what a guest gets from an address. */
  const counterOf = async (guest: GroupedGuest, from: string) => {
    const family = from.includes(':') ? 'ip6' : 'ip';
    const table = `count-${counted++}`;
    const rules = `table inet ${table} {\n chain c {\n type filter hook prerouting priority raw;\n ${family} saddr ${from} counter\n }\n}\n`;
    await guest.run('sh', '-c', `printf '${rules.replaceAll('\n', '\\n')}' | nft -f -`);
    return async () =>
      Number(/packets (\d+)/.exec((await guest.run('nft', 'list', 'table', 'inet', table)).stdout)?.[1]);
  };

  it('lets nothing of another sender than its networks into the router', async () => {
    const [one, two] = [aRange(1), aRange(2)];
    join([one, two]);
    const server = await guestOf(two, ['10.2.0.12', 'fd00:2::12'], [open]);
    for (const [forged, own, to] of [
      ['10.66.0.1', '10.1.0.99', '10.2.0.12'],
      ['fd00:66::1', 'fd00:1::99', 'fd00:2::12'],
    ] as const) {
      const inside = networkNamespace(host.setup, bridgeName(one.id));
      const [ofOther, ofOwn] = [await counterOf(server, forged), await counterOf(server, own)];
      // As if the rules of the port had let it pass.
      for (const from of [forged, own]) await runCommand('ip', ['-n', inside, 'address', 'add', from, 'dev', 'lo']);
      const ping = (from: string) =>
        tryCommand('ip', ['netns', 'exec', inside, 'busybox', 'ping', '-c', '1', '-W', '1', '-I', from, to]);
      await waitUntil('a packet in its own name', async () => {
        await ping(forged);
        await ping(own);
        return (await ofOwn()) > 0;
      });
      expect(await ofOther()).toBe(0);
    }
  });

  it('drops at the port what is sent through the router in the name of another', async () => {
    const [one, two] = [aRange(1), aRange(2)];
    join([one, two]);
    const client = await guestOf(one, ['10.1.0.11'], [open]);
    const server = await guestOf(two, ['10.2.0.12'], [open]);
    const got = await counterOf(server, '10.1.0.99');
    await client.run('ip', 'address', 'add', '10.1.0.99/24', 'dev', 'eth0');
    expect(await client.pings('10.2.0.12', '10.1.0.99')).toBe(false);
    expect(await got()).toBe(0);
    // The kernel of the guest still asks for its gateway in the other name, for some seconds.
    await waitUntil('an answer to its own name', () => client.pings('10.2.0.12', '10.1.0.11'));
  });

  it('keeps tenants apart whose routers join networks of the same addresses', async () => {
    const tenants = [1, 2].map(() => [aRange(1), aRange(2)] as const);
    const clients: GroupedGuest[] = [];
    for (const networks of tenants) {
      join(networks);
      clients.push(await guestOf(networks[0], ['10.1.0.11'], [open]));
      const server = await guestOf(networks[1], ['10.2.0.12'], [open]);
      await server.serve(clients.length === 1 ? 80 : 81);
    }
    const [first, second] = clients;
    expect(await first?.asks('tcp', '10.2.0.12', 80)).toBe(true);
    expect(await second?.asks('tcp', '10.2.0.12', 81)).toBe(true);
    expect(await first?.asks('tcp', '10.2.0.12', 81)).toBe(false);
    expect(await second?.asks('tcp', '10.2.0.12', 80)).toBe(false);
  });

  it('leads to no address of the host or of another network', async () => {
    const [one, two, three] = [aRange(1), aRange(2), aRange(3)];
    join([one, two]);
    const client = await guestOf(one, ['10.1.0.11'], [open]);
    await guestOf(three, ['10.3.0.12'], [open]);
    for (const address of ['10.3.0.12', '10.3.0.1', '169.254.0.2', '169.254.171.3', '169.254.255.254', '8.8.8.8'])
      expect(await client.pings(address), address).toBe(false);
  });

  it('leads by an extra route to what is behind a guest, and back', async () => {
    const [one, two] = [aRange(1), aRange(2)];
    const routes = [
      { destination: '10.77.0.0/24', nexthop: '10.2.0.50' },
      { destination: 'fd77::/64', nexthop: 'fd00:2::50' },
      { destination: '0.0.0.0/0', nexthop: '10.2.0.50' },
    ];
    const router = join([one, two], { routes });
    const client = await guestOf(one, ['10.1.0.11', 'fd00:1::11'], [open]);
    const neighbour = await guestOf(two, ['10.2.0.12'], [open]);
    const gateway = await guestOf(two, ['10.2.0.50', 'fd00:2::50'], [], { portSecurity: false });
    await gateway.run('ip', 'address', 'add', '10.77.0.1/32', 'dev', 'lo');
    await gateway.run('ip', 'address', 'add', '198.51.100.1/32', 'dev', 'lo');
    await gateway.run('ip', 'address', 'add', 'fd77::1/128', 'dev', 'lo', 'nodad');
    // It asks for neighbours in its own name, as one that passes packets on.
    await gateway.run('sysctl', '-qw', 'net.ipv4.conf.all.arp_announce=2');
    for (const address of ['10.77.0.1', 'fd77::1', '198.51.100.1'])
      expect(await client.pings(address), address).toBe(true);
    // Nothing is left to do.
    await host.pass();
    // Its own network goes by its gateway, too.
    expect(await neighbour.pings('10.77.0.1')).toBe(true);
    // Without the last route only its ranges come from there.
    host.routers.set(router.id, { ...router, routes: routes.slice(0, 2) });
    await host.pass();
    expect(await client.pings('198.51.100.1')).toBe(false);
    const got = await counterOf(client, '10.88.0.1');
    await gateway.run('ip', 'address', 'add', '10.88.0.1/32', 'dev', 'lo');
    expect(await gateway.pings('10.1.0.11', '10.88.0.1')).toBe(false);
    expect(await got()).toBe(0);
  });

  it('does nothing while it is switched off', async () => {
    const [one, two] = [aRange(1), aRange(2)];
    const router = join([one, two], { enabled: false });
    const client = await guestOf(one, ['10.1.0.11'], [open]);
    await guestOf(two, ['10.2.0.12'], [open]);
    expect(await client.pings('10.2.0.12')).toBe(false);
    host.routers.set(router.id, { ...router, enabled: true });
    await host.pass();
    expect(await client.pings('10.2.0.12')).toBe(true);
  });

  it('repairs what somebody changes in it', async () => {
    const [one, two] = [aRange(1), aRange(2)];
    const router = join([one, two]);
    const client = await guestOf(one, ['10.1.0.11'], [open]);
    await guestOf(two, ['10.2.0.12'], [open]);
    const inRouter = routerNamespace(host.setup, routerPart(router.id));
    for (const command of [
      ['-n', inRouter, 'route', 'flush', 'table', 'main'],
      ['netns', 'exec', inRouter, 'nft', 'flush', 'ruleset'],
      ['netns', 'delete', inRouter],
      ['netns', 'delete', networkNamespace(host.setup, bridgeName(two.id))],
    ]) {
      await runCommand('ip', command);
      await host.pass();
      expect(await client.pings('10.2.0.12'), command.join(' ')).toBe(true);
    }
  });
});
