import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WITH_OPENRC = '. "$0"; exec nova --os-compute-api-version "$@"';
const COMMAND_MS = 120_000;

/** Runs a command of the `nova` client, which has a process for each, with the credentials of an openrc file. @returns what it printed. @throws with what it complained of. */
export async function runNova(line: string, { openrc, version }: { openrc: string; version: string }): Promise<string> {
  const args = ['-c', WITH_OPENRC, openrc, version, ...line.split(' ')];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return (await run('bash', args, { env, timeout: COMMAND_MS })).stdout;
}
