import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tapName } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { onThisMachine, waitUntil } from '../../../support/wait-until.ts';

export interface TestGuest {
  readonly namespace: string;
  /** Runs a program inside. */
  run(...command: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }>;
  /** Asks for an address as a guest does at boot, and takes what it is given; what the server said, as `name=value` lines. */
  dhcp(): Promise<string>;
  fetch(url: string): Promise<string>;
  /** Waits until an address answers. */
  reaches(address: string): Promise<void>;
  /** Whether an answer came, to as many bytes. */
  pings(address: string, from?: string, bytes?: number): Promise<boolean>;
  stop(): Promise<void>;
}

const SCRIPT = `#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add $ip/$mask dev $interface
[ -n "$router" ] && ip route add default via $router dev $interface
env
`;

/** What it got stands on standard output; any status but 200 ends it with 1. */
const FETCH = `
const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(5000) });
if (answer.status !== 200) throw new Error('status ' + answer.status);
process.stdout.write(Buffer.from(await answer.arrayBuffer()));
`;

/**
 * A guest without a hypervisor: a namespace with one device, whose other end stands in the agent's namespace under the name of the
 * port's tap. Started when its port is plugged: the agent finds the device changed, and plugs the new one.
 */
export async function aGuest(binding: DesiredBinding, agentNamespace: string): Promise<TestGuest> {
  const namespace = `vvt-guest-${binding.port.id.slice(0, 8)}`;
  const folder = await mkdtemp(join(tmpdir(), 'volvox-guest-'));
  await writeFile(join(folder, 'udhcpc'), SCRIPT, { mode: 0o755 });
  const inside = (...command: readonly string[]) => ['netns', 'exec', namespace, ...command];
  await runCommand('ip', ['netns', 'add', namespace]);
  const tap = tapName(binding.port.id);
  await runCommand('ip', ['-n', agentNamespace, '-batch', '-'], {
    input: `link delete dev ${tap}
link add ${tap} type veth peer name eth0 address ${binding.port.mac} mtu ${binding.network.mtu} netns ${namespace}
`,
  });
  await waitUntil('the agent to plug the new device', async () => {
    const [link] = JSON.parse(await runCommand('ip', ['-n', agentNamespace, '-j', 'link', 'show', 'dev', tap]));
    return link.master !== undefined && link.flags.includes('UP');
  });
  await runCommand('ip', inside('ip', 'link', 'set', 'eth0', 'up'));
  const pings: TestGuest['pings'] = async (address, from, bytes = 56) => {
    const source = from === undefined ? [] : ['-I', from];
    return (await run('busybox', 'ping', '-c', '2', '-W', '1', '-s', String(bytes), ...source, address)).status === 0;
  };
  const run: TestGuest['run'] = (...command) =>
    tryCommand('ip', inside(...command), { deadlineMs: onThisMachine(20_000) });
  return {
    ...{ namespace, run },
    dhcp: async () => {
      const options = ['-i', 'eth0', '-f', '-q', '-n', '-t', '8', '-T', '1', '-O', 'mtu', '-O', '121'];
      const answer = await run('busybox', 'udhcpc', ...options, '-s', join(folder, 'udhcpc'));
      if (answer.status !== 0) throw new Error(`no address: ${answer.stdout}${answer.stderr}`);
      return answer.stdout;
    },
    fetch: async (url) => {
      const answer = await run(process.execPath, '-e', FETCH, url);
      if (answer.status !== 0) throw new Error(`${url}: ${JSON.stringify(answer)}`);
      return answer.stdout;
    },
    pings,
    reaches: async (address) => void (await waitUntil(`an answer from ${address}`, () => pings(address))),
    stop: async () => {
      await tryCommand('ip', ['netns', 'delete', namespace]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
