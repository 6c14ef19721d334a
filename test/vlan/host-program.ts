import { createReadStream, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { createLogger } from '#platform/logging/logger.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { runCommand, tryCommand } from '../../cell/agent/run-command.ts';
import { networkSection } from '../../cell/network/config.ts';
import { hostSetup } from '../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../cell/network/drivers/linux/linux-driver.ts';
import { tearDown } from '../../cell/network/drivers/linux/tear-down.ts';
import { HostKeeper } from '../../cell/network/host-keeper.ts';
import { NOTHING_KNOWN } from '../../cell/network/known-definitions.ts';
import { aGuest, type TestGuest } from '../integration/cell/network/a-guest.ts';
import { waitUntil } from '../support/wait-until.ts';
import { carriers } from './carriers.ts';
import type { Answer, Call, HostCalls } from './host-calls.ts';
import { lineReader } from './lines.ts';

const TCP_PORT = '7000';
const log = createLogger('test', 'warn');

/** What the agent of a host keeps: here without a conductor, which the harness stands for. */
interface Agent {
  readonly keeper: HostKeeper;
  /** The steps that it has carried out, one after the other. */
  readonly steps: readonly string[];
}

let environment: Readonly<Record<string, string>> = {};
let agent: Agent | undefined;
/** No metadata server is started: an emulated machine takes longer for it than its deadline, and no frame here is for it. */
let servedMetadata: string | null = null;
const bindings = new Map<string, DesiredBinding>();
const guests = new Map<string, TestGuest>();

const setup = () => hostSetup(loadConfig({ network: networkSection }, { environment }).network);

function keeper(): HostKeeper {
  if (agent === undefined) throw new Error('the host has not begun');
  return agent.keeper;
}

async function anAgent(): Promise<Agent> {
  const driver = createLinuxDriver(setup());
  await driver.start();
  const steps: string[] = [];
  const watched: typeof driver = {
    ...driver,
    look: async (hostName) => ({ ...(await driver.look(hostName)), metadata: servedMetadata }),
    carryOut: async (hostName, step) => {
      if (step.kind === 'serve-metadata') servedMetadata = step.desired.metadata;
      else if (step.kind === 'stop-metadata') servedMetadata = null;
      else {
        steps.push(step.kind);
        await driver.carryOut(hostName, step);
      }
    },
  };
  const made = new HostKeeper({ hostName: setup().hostName, driver: watched, log });
  for (const binding of bindings.values()) made.note(binding);
  made.noteComplete();
  made.noteDefinitions(NOTHING_KNOWN);
  return { keeper: made, steps };
}

/** Repeats passes, as the agent does, until the host is as it must be. */
async function settled(): Promise<void> {
  await waitUntil('the host to be as it must be', async () => {
    const { left, reasons } = await keeper().pass();
    if (left.length > 0) throw new Error(`left: ${JSON.stringify([left.map(({ kind }) => kind), [...reasons]])}`);
    return true;
  });
}

function guestAt(portId: string): TestGuest {
  const guest = guests.get(portId);
  if (guest === undefined) throw new Error(`no guest at port ${portId}`);
  return guest;
}

const calls: HostCalls = {
  begin: async ({ address, options }) => {
    await runCommand('ip', ['link', 'set', 'lo', 'up']);
    await runCommand('ip', ['address', 'add', address, 'dev', 'eth0']);
    await runCommand('ip', ['link', 'set', 'eth0', 'up']);
    environment = { ...options, VOLVOX_NETWORK_RUNTIME_DIR: await mkdtemp(join(tmpdir(), 'volvox-network-')) };
    await runCommand('chmod', ['755', environment.VOLVOX_NETWORK_RUNTIME_DIR ?? '']);
    agent = await anAgent();
    return release();
  },
  apply: async (given) => {
    for (const binding of given) {
      bindings.set(binding.bindingId, binding);
      keeper().note(binding);
    }
    await settled();
  },
  plug: async (binding) => {
    let isPlugged = false;
    const starting = aGuest(binding, setup().namespace).finally(() => {
      isPlugged = true;
    });
    while (!isPlugged) {
      await keeper()
        .pass()
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a pass failed'));
    }
    const guest = await starting;
    guests.set(binding.port.id, guest);
    return await guest.dhcp();
  },
  pings: ({ portId, address }) => guestAt(portId).pings(address),
  serve: async ({ portId, word }) => {
    const server = `busybox nc -ll -p ${TCP_PORT} -e echo ${word} </dev/null >/dev/null 2>&1 &`;
    await guestAt(portId).run('sh', '-c', server);
  },
  fetch: async ({ portId, address }) => {
    const { stdout } = await guestAt(portId).run('busybox', 'nc', '-w', '3', address, TCP_PORT);
    return stdout.trim();
  },
  carriers,
  restart: async ({ portId, address }) => {
    const file = join(tmpdir(), 'pings');
    const count = () => answersIn(readFileSync(file, 'utf8')).length;
    const { stdout } = await guestAt(portId).run('sh', '-c', `busybox ping -i 0.2 ${address} >${file} 2>&1 & echo $!`);
    try {
      await waitUntil('the first pings', () => count() > 5);
      await keeper().close();
      const between = count();
      agent = await anAgent();
      await settled();
      const after = count();
      await waitUntil('more pings', () => count() > after + 5);
      return { answers: answersIn(readFileSync(file, 'utf8')), between, after, steps: agent.steps };
    } finally {
      process.kill(Number(stdout), 'SIGKILL');
    }
  },
  run: ([command = '', ...words]) => tryCommand(command, words, { deadlineMs: 60_000 }),
  removeDevice: async ({ namespace, name }) => {
    await runCommand('ip', ['-n', namespace, 'link', 'delete', 'dev', name]);
    await settled();
  },
  end: async () => {
    for (const guest of guests.values()) await guest.stop();
    await keeper().close();
    await tearDown(setup());
    return await carriers();
  },
};

/** The sequence numbers in what ping says. */
const answersIn = (said: string): number[] => [...said.matchAll(/ seq=(\d+) /g)].map(([, number]) => Number(number));

/** The harness is at the other end of the machine's only serial port of virtio. */
function serve(): void {
  const port = readdirSync('/dev').find((name) => /^vport\d+p\d+$/.test(name));
  if (port === undefined) throw new Error('this machine has no port to the harness');
  const fd = openSync(`/dev/${port}`, 'r+');
  const answer = (one: Answer): void => void writeSync(fd, `${JSON.stringify(one)}\n`);
  const take = async ({ id, name, argument }: Call): Promise<void> => {
    try {
      answer({ id, value: (await calls[name](argument as never)) ?? null });
    } catch (error) {
      answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (name === 'end') process.exit(0);
  };
  answer({ id: 0, value: null });
  const stream = createReadStream('', { fd, autoClose: false });
  stream.on(
    'data',
    lineReader((line) => void take(JSON.parse(line) as Call)),
  );
}

serve();
