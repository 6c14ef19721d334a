import { spawn } from 'node:child_process';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { programEnvironment } from './program-environment.ts';

interface CommandOptions {
  /** Killed after this; then the call rejects with `deadline-exceeded`. */
  readonly deadlineMs?: number;
  /** Written to its standard input, which is closed otherwise. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** The folder that it runs in; otherwise the agent's. */
  readonly cwd?: string;
}

interface CommandOutput {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program (no shell, with `programEnvironment`) and returns what it said, whatever its exit status.
 * @throws VolvoxError unavailable when it cannot be started, deadline-exceeded when it took too long or was aborted.
 */
export async function tryCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  const deadline = AbortSignal.timeout(options.deadlineMs ?? 30_000);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  return await new Promise<CommandOutput>((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: programEnvironment(),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      signal,
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        if (output[name].length < OUTPUT_LIMIT_BYTES) output[name] += text;
      });
    }
    child.once('error', (cause) => {
      const kind = signal.aborted ? 'deadline-exceeded' : 'unavailable';
      reject(new VolvoxError(kind, `${program}: ${cause.message}`, { cause, context: { args } }));
    });
    child.once('close', (code, ended) => resolve({ status: code ?? (ended === null ? 1 : 128), ...output }));
    // A program that ends without reading its input closes the pipe; its exit status tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/**
 * As `tryCommand`, for programs that must succeed; returns standard output.
 * @throws VolvoxError internal with the program's own words when its exit status is not 0.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await tryCommand(program, args, options);
  if (status === 0) return stdout;
  const words = (stderr.trim() || stdout.trim()).slice(-2_000);
  throw new VolvoxError('internal', `${program} ${args.slice(0, 6).join(' ')} failed (${status}): ${words}`, {
    context: { args },
  });
}
