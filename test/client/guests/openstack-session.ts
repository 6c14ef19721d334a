import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from '../../support/wait-until.ts';

const COMMAND_MS = 120_000;

interface SessionOptions {
  readonly cloudsYaml: string;
  readonly cloud: string;
  readonly version: string;
}

/** Debian's `openstack` in its interactive form: one process for all commands of a user at one microversion. */
export class OpenstackSession {
  readonly #client: ChildProcessWithoutNullStreams;
  #said = '';
  #complaints = '';
  #count = 0;

  constructor({ cloudsYaml, cloud, version }: SessionOptions) {
    const env = {
      ...process.env,
      ...{ OS_CLIENT_CONFIG_FILE: cloudsYaml, OS_CLOUD: cloud, OS_COMPUTE_API_VERSION: version, PYTHONUNBUFFERED: '1' },
    };
    this.#client = spawn('openstack', [], { env });
    this.#client.stdout.on('data', (text: Buffer) => {
      this.#said += text.toString();
    });
    this.#client.stderr.on('data', (text: Buffer) => {
      this.#complaints += text.toString();
    });
  }

  /** One command at a time. @returns what it printed. @throws with what it complained of. */
  async run(command: string): Promise<string> {
    const end = `end-of-command-${this.#count++}`;
    [this.#said, this.#complaints] = ['', ''];
    this.#client.stdin.write(`${command}\n!echo ${end}\n`);
    await waitUntil(`the end of ${command}`, () => this.#said.includes(`${end}\n`) || null, COMMAND_MS);
    if (this.#complaints !== '') throw new Error(this.#complaints);
    return this.#said.slice(0, this.#said.indexOf(end));
  }

  async close(): Promise<void> {
    const ended = once(this.#client, 'close');
    this.#client.stdin.end();
    await ended;
  }
}
