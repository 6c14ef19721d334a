import { beforeEach, expect, test } from 'vitest';
import { Random } from '../../../simulation/kernel/random.ts';
import { useFrontApp } from '../use-front-app.ts';
import { floatingCalls, type Setting } from './floating-setting.ts';

/** What writers of floating addresses do at the same time. */
const front = useFrontApp();
const calls = floatingCalls(front);
const { send, take, aPort } = calls;

let setting: Setting;
let floating_network_id: string;
beforeEach(async () => {
  await calls.unlimited();
  setting = await calls.aSetting();
  floating_network_id = setting.outside.network_id;
});

test('one of several addresses gets a port that all want at once', async () => {
  const port = await aPort(setting.inside.network_id);
  const free = [];
  for (let made = 0; made < 8; made++) free.push(await take({ floating_network_id }));
  const answers = await Promise.all(
    free.map(({ id }) => send(`PUT floatingips/${id}`, { floatingip: { port_id: port.id } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  const { body } = await send(`GET floatingips?port_id=${port.id}`);
  expect(body.floatingips).toHaveLength(1);
});

test('ports come and go while addresses lead to them and routers change: nothing leads nowhere, nothing leaks', async () => {
  const { inside, routerId, outside } = setting;
  const statuses = new Set<number>();
  const ask = async (what: string, body?: object) => {
    const answer = await send(what, body);
    statuses.add(answer.status);
    return answer;
  };
  const ports: string[] = [];
  const addresses: string[] = [];
  const anyOf = (random: Random, some: readonly string[]) => some[Math.floor(random.next() * some.length)] ?? 'none';
  const step = async (random: Random) => {
    const [port, floating] = [anyOf(random, ports), anyOf(random, addresses)];
    switch (Math.floor(random.next() * 8)) {
      case 0:
        return ports.push(
          (await ask('POST ports', { port: { network_id: inside.network_id } })).body.port?.id ?? 'none',
        );
      case 1:
        return addresses.push(
          (await ask('POST floatingips', { floatingip: { floating_network_id } })).body.floatingip?.id ?? 'none',
        );
      case 2:
        return ask(`PUT floatingips/${floating}`, { floatingip: { port_id: port } });
      case 3:
        return ask(`DELETE ports/${port}`);
      case 4:
        return ask(`DELETE floatingips/${floating}`);
      case 5: {
        const ends = {
          internal_port: 1 + Math.floor(random.next() * 9),
          external_port: 1 + Math.floor(random.next() * 9),
        };
        const port_forwarding = { internal_port_id: port, protocol: 'tcp', ...ends };
        return ask(`POST floatingips/${floating}/port_forwardings`, { port_forwarding });
      }
      case 6:
        return ask(`PUT routers/${routerId}/remove_router_interface`, { subnet_id: inside.id });
      default:
        return ask(`PUT routers/${routerId}/add_router_interface`, { subnet_id: inside.id });
    }
  };
  const writer = async (seed: number) => {
    const random = new Random(seed);
    for (let round = 0; round < 40; round++) await step(random);
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(writer));
  expect([...statuses].filter((status) => ![200, 201, 204, 400, 404, 409].includes(status))).toEqual([]);

  const { read } = front.directory;
  const joined = await read
    .selectFrom('router_interfaces')
    .select('port_id')
    .where('router_id', '=', routerId)
    .execute();
  const rows = await read
    .selectFrom('floating_ips')
    .selectAll()
    .where('floating_network_id', '=', floating_network_id)
    .execute();
  const left = await read.selectFrom('ports').select('id').where('network_id', '=', inside.network_id).execute();
  const there = new Set(left.map(({ id }) => id));
  const forwardings = await read.selectFrom('port_forwardings').selectAll().execute();
  for (const row of rows) {
    const own = forwardings.filter(({ floating_ip_id }) => floating_ip_id === row.id);
    const leads = row.fixed_port_id !== null || own.length > 0;
    expect([row.router_id, row.status]).toEqual(leads ? [routerId, 'ACTIVE'] : [null, 'DOWN']);
    if (row.fixed_port_id !== null) expect(there).toContain(row.fixed_port_id);
    if (leads) expect(joined).toHaveLength(1);
    for (const { internal_port_id } of own) expect(there).toContain(internal_port_id);
  }
  expect(forwardings.filter(({ floating_ip_id }) => !rows.some(({ id }) => id === floating_ip_id))).toEqual([]);
  const of = (owner: string) =>
    read
      .selectFrom('ports')
      .select('id')
      .where('network_id', '=', outside.network_id)
      .where('device_owner', '=', owner)
      .execute();
  const own = (await of('network:floatingip')).map(({ id }) => id);
  expect(own.sort()).toEqual(rows.map(({ floating_port_id }) => floating_port_id).sort());
  const allocated = await read
    .selectFrom('address_allocations')
    .select('port_id')
    .where('subnet_id', '=', outside.id)
    .execute();
  const gateway = (await of('network:router_gateway')).map(({ id }) => id);
  expect(allocated.flatMap(({ port_id }) => port_id ?? []).sort()).toEqual([...own, ...gateway].sort());
});
