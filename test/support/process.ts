import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunningProcess {
  readonly child: ChildProcess;
  /** What it wrote to standard error so far (the last 16 KiB). */
  readonly errors: () => string;
  /** Sends the signal and waits for the end; SIGKILL after 10 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a server of a test; whoever starts it stops it. */
export function startProcess(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): RunningProcess {
  const child = spawn(command, [...args], { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-16_384);
  });
  child.on('error', (error) => {
    errors += error.message;
  });
  return {
    child,
    errors: () => errors,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}
