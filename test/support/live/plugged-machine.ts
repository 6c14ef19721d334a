import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { runCommand, tryCommand } from '../../../cell/agent/run-command.ts';

export interface PluggedWhere {
  /** Of the host that it is plugged into, with the bridge of the network in it. */
  readonly namespace: string;
  readonly bridge: string;
  /** Its own address with the length of the prefix. */
  readonly address: string;
  readonly mtu: number;
}

/** A machine on a network of guests that is no guest and no host: a namespace of its own, plugged into the bridge. */
export interface PluggedMachine {
  /** Runs a script of Node there; its standard output is piped. */
  run(script: string, ...args: readonly string[]): ChildProcess;
  /** Ends what still runs there. */
  remove(): Promise<void>;
}

export async function plugMachine({ namespace: host, bridge, address, mtu }: PluggedWhere): Promise<PluggedMachine> {
  const namespace = `${host}-client`;
  const end = 'client';
  const running = new Set<ChildProcess>();
  const remove = async () => {
    for (const child of running) child.kill();
    await Promise.all([...running].map((child) => once(child, 'exit')));
    await tryCommand('ip', ['netns', 'delete', namespace]);
  };
  await runCommand('ip', ['netns', 'add', namespace]);
  try {
    await runCommand('ip', ['-n', host, '-batch', '-'], {
      input: `link add ${end} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${namespace}
link set dev ${end} master ${bridge} up
`,
    });
    await runCommand('ip', ['-n', namespace, '-batch', '-'], {
      input: `address add ${address} dev eth0\nlink set dev eth0 up\n`,
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    run: (script, ...args) => {
      const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running.add(child);
      child.once('exit', () => running.delete(child));
      return child;
    },
    remove,
  };
}
