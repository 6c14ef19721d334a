import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

const COMMAND_MS = 120_000;

interface SessionOptions {
  readonly cloudsYaml: string;
  readonly cloud: string;
  /** The microversion of the Compute API; absent: what the client uses by itself. */
  readonly version?: string;
  /** That of the Placement API. */
  readonly placement?: string;
}

/** Debian's `openstack` in its interactive form: one process for all commands of a user at one microversion. */
export class OpenstackSession {
  readonly #client: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #said = '';
  #complaints = '';
  #count = 0;

  constructor({ cloudsYaml, cloud, version, placement }: SessionOptions) {
    const env = {
      ...process.env,
      ...{ OS_CLIENT_CONFIG_FILE: cloudsYaml, OS_CLOUD: cloud, PYTHONUNBUFFERED: '1' },
      ...(version === undefined ? {} : { OS_COMPUTE_API_VERSION: version }),
      ...(placement === undefined ? {} : { OS_PLACEMENT_API_VERSION: placement }),
    };
    this.#client = spawn('openstack', [], { env });
    this.#ended = once(this.#client, 'close');
    this.#client.stdout.on('data', (text: Buffer) => {
      this.#said += text.toString();
    });
    this.#client.stderr.on('data', (text: Buffer) => {
      this.#complaints += text.toString();
    });
  }

  /** One command at a time. @returns what it printed. @throws at its end with what it complained of, or when the client ends. */
  async run(command: string): Promise<string> {
    const end = `end-of-command-${this.#count++}`;
    [this.#said, this.#complaints] = ['', ''];
    const done = this.#untilSaid(`${end}\n`);
    this.#client.stdin.write(`${command}\n!echo ${end}\n`);
    try {
      await done;
    } catch (error) {
      throw new Error(`${command}: ${(error as Error).message}; it said ${this.#said}${this.#complaints}`);
    }
    if (this.#complaints !== '') throw new Error(this.#complaints);
    return this.#said.slice(0, this.#said.indexOf(end));
  }

  #untilSaid(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!this.#said.includes(text)) return;
        this.#client.stdout.off('data', look);
        // What was written to stderr before arrives in the same turn of the event loop.
        setImmediate(resolve);
      };
      this.#client.stdout.on('data', look);
      this.#ended.then(() => reject(new Error('the client has ended')), reject);
      AbortSignal.timeout(COMMAND_MS).addEventListener('abort', () => reject(new Error(`no end in ${COMMAND_MS} ms`)));
    });
  }

  async close(): Promise<void> {
    this.#client.stdin.end();
    await this.#ended;
  }
}
