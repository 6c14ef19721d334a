import { runCommand } from '../../../agent/run-command.ts';

/** What a program may use that reads what a user or another host made. */
interface CommandLimits {
  readonly cpuSeconds: number;
  readonly wallMs: number;
}

/** Enough for every image that is not made to harm; more than any such program needs for its tables. */
const ADDRESS_SPACE_BYTES = 1024 ** 3;
const OPEN_FILES = 64;
/** Without this every thread of a program reserves address space of its own (malloc(3)), and a program with some threads finds none left. */
const ONE_ARENA = ['env', 'MALLOC_ARENA_MAX=1'];

interface ConfinedOptions extends CommandLimits {
  /** null: the agent is not root, and the program runs as its user. */
  readonly uid: number | null;
  /** The program is entered here first, so the folders above may be closed to its user. */
  readonly cwd: string;
  /** false: without namespaces of its own, to see whether the program is here at all. */
  readonly isAlone?: boolean;
}

/**
 * No network but a loopback that is down, so that a program that was taken over reaches none of the host's, and a process namespace: what
 * the program started ends with it, because the kernel ends a namespace with its first process (pid_namespaces(7)).
 */
const ALONE = ['unshare', '--net', '--pid', '--fork', '--'];

/**
 * Runs a program without privileges (user and group `uid`, none beyond), without a network, and with limits of time, memory and open
 * files. No process of it is left afterwards.
 * @throws VolvoxError as `runCommand`.
 */
export async function runConfined(
  program: string,
  args: readonly string[],
  { uid, cwd, cpuSeconds, wallMs, isAlone = true }: ConfinedOptions,
): Promise<string> {
  const user = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--inh-caps=-all'];
  // `unshare` waits for the program, so it is the one that is killed when it takes too long.
  const privileges = ['setpriv', ...user, '--no-new-privs', '--pdeathsig', 'KILL', '--'];
  const limits = [`--cpu=${cpuSeconds}`, `--as=${ADDRESS_SPACE_BYTES}`, `--nofile=${OPEN_FILES}`, '--core=0'];
  const confined = ['prlimit', ...limits, '--', ...ONE_ARENA, program, ...args];
  const [first = '', ...rest] = uid === null ? confined : [...(isAlone ? ALONE : []), ...privileges, ...confined];
  return await runCommand(first, rest, { cwd, deadlineMs: wallMs });
}
