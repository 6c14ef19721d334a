import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type ApiClient, ApiError } from '../client/api-client.ts';
import type { ListedServer, NewServer, Server, ServerAction } from '../client/views.ts';
import { findId } from './find-id.ts';
import { addServerMove } from './move-commands.ts';
import type { Row } from './output.ts';
import { printable } from './printable.ts';
import { openSession } from './session.ts';

interface CreateFlags {
  readonly flavor: string;
  readonly image: string;
  readonly network?: string;
  readonly keyName?: string;
  readonly userData?: string;
  readonly availabilityZone?: string;
  readonly count: number;
  readonly wait?: boolean;
}

const WAIT_MS = 600_000;
const ACTION = 'POST /servers/{id}/action';

export function addServerCommands(program: Command): void {
  const server = program.command('server').description('virtual machines');
  server
    .command('list')
    .description('list the servers of the project')
    .option('--all-projects', 'list the servers of all projects (admin)')
    .action(async (flags: { allProjects?: boolean }) => {
      const { api, list } = await openSession(program, flags.allProjects ? 'admin' : 'user');
      const query = flags.allProjects ? { all_tenants: '1' } : {};
      const { servers } = await api.call('compute', 'GET /servers/detail', { query });
      list(servers.map(row));
    });
  server
    .command('show <server>')
    .description('show a server')
    .action(async (name: string) => {
      const { api, show } = await openSession(program);
      const found = await getServer(api, await findId(api, 'servers', name));
      show({
        ...row(found),
        task: found['OS-EXT-STS:task_state'],
        created: found.created,
        fault: found.fault?.message,
      });
    });
  server
    .command('create <name>')
    .description('create a server')
    .requiredOption('--flavor <flavor>', 'its size')
    .requiredOption('--image <image>', 'what it boots')
    .option('--network <network>', 'the network to attach (default: the only one)')
    .option('--key-name <name>', 'the key pair to install')
    .option('--user-data <file>', 'a script to run at the first boot')
    .option('--availability-zone <zone>', 'the availability zone')
    .option('--count <n>', 'how many servers', wholeNumber(1), 1)
    .option('--wait', 'wait until the server is ACTIVE')
    .action(async (name: string, flags: CreateFlags) => {
      const { api, show } = await openSession(program);
      const answer = await api.call('compute', 'POST /servers', {
        body: { server: await creation(api, name, flags) },
      });
      if (!('server' in answer)) throw new Error('the API did not say which server it creates');
      const made = answer.server;
      show(row(await (flags.wait ? untilStatus(api, made.id, 'ACTIVE') : getServer(api, made.id))));
    });
  server
    .command('delete <servers...>')
    .description('delete servers')
    .option('--wait', 'wait until they are gone')
    .action(async (names: string[], flags: { wait?: boolean }) => {
      const { api, say } = await openSession(program);
      for (const name of names) {
        const id = await findId(api, 'servers', name);
        await api.call('compute', 'DELETE /servers/{id}', { path: { id } });
        if (flags.wait) await untilGone(api, id);
        say(`${name} ${flags.wait ? 'deleted' : 'is being deleted'}`);
      }
    });
  addActions(program, server);
  addServerMove(program, server);
}

function addActions(program: Command, server: Command): void {
  const act = (name: string, description: string, status: string, body: (flags: { hard?: boolean }) => ServerAction) =>
    server
      .command(`${name} <server>`)
      .description(description)
      .option('--wait', `wait until the server is ${status}`)
      .action(async (nameOrId: string, flags: { wait?: boolean; hard?: boolean }) => {
        const { api, show } = await openSession(program);
        const id = await findId(api, 'servers', nameOrId);
        await api.call('compute', ACTION, { path: { id }, body: body(flags) });
        show(row(await (flags.wait ? untilStatus(api, id, status) : getServer(api, id))));
      });
  act('start', 'start a server', 'ACTIVE', () => ({ 'os-start': null }));
  act('stop', 'stop a server', 'SHUTOFF', () => ({ 'os-stop': null }));
  act('reboot', 'reboot a server', 'ACTIVE', ({ hard }) => ({ reboot: { type: hard ? 'HARD' : 'SOFT' } })).option(
    '--hard',
    'reset the guest without a clean shutdown',
  );
  server
    .command('console <server>')
    .description('print the log of the serial console; a terminal is shown control characters in words')
    .option('--lines <n>', 'print only the last n lines', wholeNumber(0))
    .action(async (nameOrId: string, flags: { lines?: number }) => {
      const { api } = await openSession(program);
      const id = await findId(api, 'servers', nameOrId);
      const answer = await api.call('compute', ACTION, {
        path: { id },
        body: { 'os-getConsoleOutput': flags.lines === undefined ? {} : { length: flags.lines } },
      });
      const output = `${answer !== null && 'output' in answer ? answer.output : ''}\n`;
      // A file gets what the guest wrote, byte for byte.
      process.stdout.write(process.stdout.isTTY ? printable(output) : output);
    });
}

async function creation(api: ApiClient, name: string, flags: CreateFlags): Promise<NewServer> {
  const { count } = flags;
  return {
    name,
    flavorRef: await findId(api, 'flavors', flags.flavor),
    imageRef: await findId(api, 'images', flags.image),
    networks: flags.network === undefined ? 'auto' : [{ uuid: await findId(api, 'networks', flags.network) }],
    ...(flags.keyName === undefined ? {} : { key_name: flags.keyName }),
    ...(flags.userData === undefined ? {} : { user_data: readFileSync(flags.userData).toString('base64') }),
    ...(flags.availabilityZone === undefined ? {} : { availability_zone: flags.availabilityZone }),
    ...(count === 1 ? {} : { min_count: count, max_count: count }),
  };
}

function wholeNumber(min: number): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isInteger(number) && number >= min) return number;
    throw new InvalidArgumentError(`expected a whole number of at least ${min}`);
  };
}

const getServer = async (api: ApiClient, id: string): Promise<Server> =>
  (await api.call('compute', 'GET /servers/{id}', { path: { id } })).server;

const row = (server: Server | ListedServer): Row => ({
  id: server.id,
  name: server.name,
  status: server.status,
  addresses: Object.entries(server.addresses ?? {})
    .map(([network, list = []]) => `${network}=${list.map((one) => one.addr).join(',')}`)
    .join(' '),
  flavor: server.flavor?.original_name,
  host: server['OS-EXT-SRV-ATTR:host'],
});

/** @throws when the server becomes ERROR, with its fault. */
async function untilStatus(api: ApiClient, id: string, status: string): Promise<Server> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const server = await getServer(api, id);
    if (server.status === status && server['OS-EXT-STS:task_state'] == null) return server;
    if (server.status === 'ERROR') throw new Error(`${id} is in ERROR: ${server.fault?.message ?? 'unknown reason'}`);
    if (Date.now() > end) throw new Error(`${id} is still ${server.status} after ${WAIT_MS / 1000} s`);
    await delay(200);
  }
}

async function untilGone(api: ApiClient, id: string): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    try {
      await getServer(api, id);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return;
      throw error;
    }
    await delay(200);
  }
  throw new Error(`${id} still exists after ${WAIT_MS / 1000} s`);
}
