import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { whyNotStartable } from './earlier-run.ts';
import type { Home } from './home.ts';
import type { Progress } from './progress.ts';
import { readState } from './region-state.ts';
import { until } from './until.ts';

/** Without these a supervisor keeps 40 MiB more, which it does not need while the region runs. As of `npm start`. */
const SUPERVISOR_FLAGS = ['--max-semi-space-size=2', '--optimize-for-size'];

/** Starts the region as a process of its own session, shows its progress, and returns when it runs (0) or could not start (1). */
export async function detachedStart(home: Home, args: readonly string[], progress: Progress): Promise<number> {
  // Asked here too: the log is that of the region that runs.
  const reason = whyNotStartable(home);
  if (reason !== null) {
    progress.say(`cannot start: ${reason}`);
    return 1;
  }
  const log = join(home.root, 'region.log');
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const output = openSync(log, 'w', 0o600);
  const child = spawn(
    process.execPath,
    [...SUPERVISOR_FLAGS, join(import.meta.dirname, 'main.ts'), ...args.filter((arg) => arg !== '--detach')],
    {
      detached: true,
      stdio: ['ignore', output, output],
      env: { NODE_COMPILE_CACHE: join(home.cache, 'node'), ...process.env },
    },
  );
  closeSync(output);
  const ended = { status: null as number | null };
  child.once('exit', (code) => {
    ended.status = code ?? 1;
  });
  let shown = 0;
  const showMore = (): void => {
    const text = readFileSync(log, 'utf8');
    process.stdout.write(text.slice(shown));
    shown = text.length;
  };
  await until(
    'the region',
    async () => {
      showMore();
      const state = readState(home);
      return ended.status !== null || (state?.phase === 'running' && state.supervisor?.pid === child.pid);
    },
    { timeoutMs: 1_800_000, everyMs: 200 },
  );
  showMore();
  child.unref();
  return ended.status ?? 0;
}
