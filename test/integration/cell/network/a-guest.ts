import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tapName } from '#platform/objects/network.ts';
import type { BindingWanted } from '#platform/objects/port-binding.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';

export interface TestGuest {
  /** Runs a program inside. */
  run(...command: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }>;
  /** Asks for an address as a guest does at boot, and takes what it is given; what the server said, as `name=value` lines. */
  dhcp(): Promise<string>;
  fetch(url: string): Promise<string>;
  stop(): Promise<void>;
}

const SCRIPT = `#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add $ip/$mask dev $interface
[ -n "$router" ] && ip route add default via $router dev $interface
env
`;

/**
 * A guest without a hypervisor: a namespace with one device, whose other end stands in the agent's namespace under the name of the
 * port's tap. Started after the agent's namespace is there and before its binding is wanted.
 */
export async function aGuest(binding: BindingWanted, agentNamespace: string): Promise<TestGuest> {
  const namespace = `vvt-guest-${binding.port.id.slice(0, 8)}`;
  const folder = await mkdtemp(join(tmpdir(), 'volvox-guest-'));
  await writeFile(join(folder, 'udhcpc'), SCRIPT, { mode: 0o755 });
  const inside = (...command: readonly string[]) => ['netns', 'exec', namespace, ...command];
  await runCommand('ip', ['netns', 'add', namespace]);
  await runCommand('ip', [
    ...['link', 'add', tapName(binding.port.id), 'netns', agentNamespace],
    ...['type', 'veth', 'peer', 'name', 'eth0', 'address', binding.port.mac, 'netns', namespace],
  ]);
  await runCommand('ip', inside('ip', 'link', 'set', 'eth0', 'up'));
  const run: TestGuest['run'] = (...command) => tryCommand('ip', inside(...command), { deadlineMs: 20_000 });
  return {
    run,
    dhcp: async () => {
      const options = ['-i', 'eth0', '-f', '-q', '-n', '-t', '8', '-T', '1', '-O', 'mtu', '-O', '121'];
      const answer = await run('busybox', 'udhcpc', ...options, '-s', join(folder, 'udhcpc'));
      if (answer.status !== 0) throw new Error(`no address: ${answer.stdout}${answer.stderr}`);
      return answer.stdout;
    },
    fetch: async (url) => {
      const answer = await run('busybox', 'wget', '-q', '-T', '5', '-O', '-', url);
      if (answer.status !== 0) throw new Error(`${url}: ${answer.stderr}`);
      return answer.stdout;
    },
    stop: async () => {
      await tryCommand('ip', ['netns', 'delete', namespace]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
