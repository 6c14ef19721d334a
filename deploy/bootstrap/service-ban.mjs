import { existsSync, readFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const MARK = '# Written by the bootstrap of Volvox, process';

/**
 * While a policy-rc.d says 101, Debian's packages start no service. Ours names the process that wrote it, so that one that was killed leaves
 * nothing that lasts: the next start takes it away. `run` runs a command as root.
 */
export function serviceBan(run, policy = POLICY) {
  const aside = `${policy}.before-volvox`;
  /** The process whose policy stands there; null: it is none of ours. */
  const writer = () => {
    const content = existsSync(policy) ? readFileSync(policy, 'utf8') : '';
    const at = content.indexOf(MARK);
    return at < 0 ? null : Number.parseInt(content.slice(at + MARK.length), 10);
  };
  const lift = async () => {
    if (existsSync(aside)) await run('mv', [aside, policy]);
    else if (writer() !== null) await run('rm', ['-f', policy]);
  };
  const impose = async () => {
    if (existsSync(policy) && writer() === null) await run('mv', [policy, aside]);
    const text = `#!/bin/sh\n${MARK} ${process.pid}\nexit 101\n`;
    await run('sh', ['-c', 'printf %s "$1" > "$0" && chmod 755 "$0"', policy, text]);
  };
  return {
    /** Whether a process that has ended left its policy there. */
    isLeft: () => {
      const pid = writer();
      return pid !== null && pid !== process.pid && !existsSync(`/proc/${pid}`);
    },
    lift,
    /** @throws Error when a signal came meanwhile: the work is ended first, and the policy is taken away. */
    during: async (work) => {
      let told = null;
      const note = (signal) => {
        told ??= signal;
      };
      for (const signal of SIGNALS) process.on(signal, note);
      try {
        await impose();
        await work();
      } finally {
        await lift();
        for (const signal of SIGNALS) process.off(signal, note);
      }
      if (told !== null) throw new Error(`${told}: nothing was started`);
    },
  };
}
