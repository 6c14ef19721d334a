import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '../..');
export const bin = (name: string): string => join(REPOSITORY, 'node_modules/.bin', name);

/** Runs a program whose output is shown. @returns its exit status. */
export function runInherited(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn(command, [...args], { cwd: REPOSITORY, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => done(code ?? 1));
  });
}
