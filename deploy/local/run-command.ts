import { execFile } from 'node:child_process';

interface CommandOptions {
  readonly cwd?: string;
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. @throws when it does not end with 0, naming it, and how it began and ended what it said. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      {
        env: { ...process.env, ...options.env },
        maxBuffer: 64 * 1024 * 1024,
        timeout: options.timeoutMs ?? 300_000,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ stdout, stderr });
        const said = ends((stderr.trim() || stdout.trim() || error.message).split('\n'));
        reject(new Error(`${command} ${args.join(' ')}: ${said}`, { cause: error }));
      },
    );
    // Nothing to read; a program that has ended already is no error.
    child.stdin?.on('error', () => undefined).end();
  });
}

/** The cause stands at the beginning or at the end of what a program says. */
const ends = (lines: readonly string[]): string =>
  (lines.length <= 20 ? lines : [...lines.slice(0, 10), '…', ...lines.slice(-9)]).join('\n');
