import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { endProcesses } from './end-processes.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { until } from './until.ts';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Standard output and error are appended to it. */
  readonly log: string;
  /** How long it may take to stop before it is killed, ms. */
  readonly graceMs: number;
  /** Whether it does its work now. */
  readonly ready: () => Promise<boolean>;
}

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** A process that ran so long is not in a crash loop. */
const SETTLED_MS = 30_000;

/**
 * A child process that is kept running. When it ends by itself it is restarted, with a longer pause each time while it keeps ending. It has a
 * session of its own, so that Ctrl-C reaches only the supervisor, which stops its children in order.
 */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  #shouldRun = false;
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | null = null;
  #restarts = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #changed: (line: string | null) => void;

  /** `changed` is called after each start and end, with a line to show when it was not asked for. */
  constructor(spec: ProcessSpec, changed: (line: string | null) => void) {
    this.spec = spec;
    this.#changed = changed;
  }

  /** Null while it is down. */
  get identity(): ProcessIdentity | null {
    return this.#identity;
  }
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    if (this.#shouldRun) return;
    this.#shouldRun = true;
    this.#spawn(FIRST_BACKOFF_MS);
  }

  /** @throws when it is not ready in time, with the end of its log; at once when it keeps ending. */
  async untilReady(timeoutMs: number): Promise<void> {
    const restartsBefore = this.#restarts;
    try {
      await until(this.spec.name, this.spec.ready, {
        timeoutMs,
        givenUp: () => {
          if (this.#restarts - restartsBefore >= 3) throw new Error(`${this.spec.name} keeps ending`);
        },
      });
    } catch (cause) {
      const message = `${(cause as Error).message}\n--- the end of ${this.spec.log}:\n${this.lastLines(15)}`;
      throw new Error(message, { cause });
    }
  }

  /** Ends it for good: by the signal, and by SIGKILL after its grace. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#shouldRun = false;
    clearTimeout(this.#retry);
    if (this.#identity !== null) await endProcesses([this.#identity], this.spec.graceMs, signal);
    this.#child = undefined;
    this.#identity = null;
    this.#changed(null);
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  lastLines(count: number): string {
    try {
      return readFileSync(this.spec.log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
    } catch {
      return '(nothing)';
    }
  }

  #spawn(backoffMs: number): void {
    const { command, args, env, cwd, log } = this.spec;
    mkdirSync(dirname(log), { recursive: true });
    const output = openSync(log, 'a', 0o600);
    const startedAt = Date.now();
    const child = spawn(command, [...args], { env, cwd, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    this.#identity = child.pid === undefined ? null : identify(child.pid);
    this.#changed(null);
    const ended = (how: string): void => {
      // The end of one that was stopped may be told after its successor was started.
      if (this.#child !== child || !this.#shouldRun) return;
      this.#identity = null;
      const next = Date.now() - startedAt > SETTLED_MS ? FIRST_BACKOFF_MS : backoffMs;
      this.#restarts += 1;
      this.#changed(`${this.spec.name} ended (${how}); restarting in ${next / 1000} s; log: ${log}`);
      this.#retry = setTimeout(() => this.#spawn(Math.min(next * 2, LONGEST_BACKOFF_MS)), next);
    };
    onceEnded(child, ended);
  }
}

function onceEnded(child: ChildProcess, ended: (how: string) => void): void {
  let told = false;
  const tell = (how: string): void => {
    if (!told) ended(how);
    told = true;
  };
  child.once('error', (error) => tell(error.message));
  child.once('exit', (code, signal) => tell(signal === null ? `status ${code}` : `by ${signal}`));
}
