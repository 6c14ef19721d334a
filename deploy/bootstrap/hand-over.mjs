import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { sudoWorks } from './debian.mjs';
import { withoutProxyForLoopback } from './loopback.mjs';
import { NODE, REPOSITORY } from './node-modules.mjs';

/** What Node made of TypeScript before, so that it need not do it again. */
const COMPILE_CACHE = join(REPOSITORY, '.build/node');

/**
 * Runs the command's script with the repository's own Node and waits for its end; signals are passed on, so whoever stops this
 * process stops that one. @returns its exit status.
 */
export function handOver(plan, progress) {
  const environment = {
    ...withoutProxyForLoopback(process.env),
    ...(plan.flags === undefined ? {} : { NODE_COMPILE_CACHE: COMPILE_CACHE }),
    PATH: [dirname(NODE), join(REPOSITORY, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    VOLVOX_BOOTSTRAP_STARTED_AT: String(progress.startedAt),
  };
  const [command, ...args] = withRights(plan, environment, progress);
  const child = spawn(command, args, { cwd: REPOSITORY, env: environment, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Hosts make network namespaces, which takes root; simulated ones do not. */
function withRights(plan, environment, progress) {
  const whole = [NODE, ...(plan.flags ?? []), join(REPOSITORY, plan.script), ...plan.args];
  if (!plan.needsRoot || process.getuid?.() === 0) return whole;
  if (!sudoWorks()) {
    throw new Error(
      'QEMU hosts need network namespaces, and those need root. You are not root, and sudo asks for a password.\n' +
        'Run: sudo npm start\nOr, without root, use simulated hosts: npm start -- --simulate 20\nNothing was started.',
    );
  }
  progress.say('continuing as root (sudo), for network namespaces');
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    name === 'PATH' || name.startsWith('VOLVOX_') ? [`${name}=${value}`] : [],
  );
  return ['sudo', '-n', 'env', ...kept, ...whole];
}
