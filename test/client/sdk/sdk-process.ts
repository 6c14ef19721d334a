import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** What a script says after a step, as a line of JSON; it goes on when it reads a line. */
export interface SaidStep {
  readonly step: string;
  readonly id?: string;
  readonly names?: readonly string[];
  readonly gone?: boolean;
}

/** The files of a region that hold the credentials of the demo user. */
interface CredentialFiles {
  readonly openrc: string;
  readonly cloudsYaml: string;
}

const WITH_OPENRC = '. "$0"; exec "$@"';

/**
 * Runs a script of this folder, and tells it to continue after each step, when `look` has looked at what came of it.
 * @returns the steps in order. @throws with what the script wrote to stderr when it failed.
 */
export async function runSteps(
  program: string,
  script: string,
  files: CredentialFiles,
  look: (said: SaidStep) => Promise<void>,
): Promise<readonly string[]> {
  const args = ['-c', WITH_OPENRC, files.openrc, program, join(import.meta.dirname, script)];
  const child = spawn('bash', args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, OS_CLIENT_CONFIG_FILE: files.cloudsYaml },
    stdio: 'pipe',
  });
  const ended = once(child, 'close');
  const complaint = text(child.stderr);
  const steps: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as SaidStep;
      steps.push(said.step);
      await look(said);
      child.stdin.write('\n');
    }
  } finally {
    child.kill();
  }
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`${script} ended with ${status} after ${steps.join(', ')}:\n${await complaint}`);
  return steps;
}
