import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { exposureOf } from '#platform/config/exposed-files.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { PolicyMetrics } from './policy-metrics.ts';
import { DEFAULT_POLICIES, type PolicySet } from './policy-set.ts';
import { type PolicyFileContent, readPolicyFile } from './read-policy-file.ts';

/** How often the file is looked at, ms. */
const LOOK_EVERY_MS = 1_000;
/** A file of every rule has some 50 KiB. */
const MAX_BYTES = 1024 * 1024;

/**
 * The operator's policy file. It must be right when the process starts. A change of it, and SIGHUP, make the process read it again; while it
 * is wrong, what was read last stays in use, and the log and the metrics say so. A request uses the policies that were in force when it came.
 */
export class PolicyFile implements Service {
  readonly name = 'policy file';
  readonly #path: string;
  readonly #log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #metrics: PolicyMetrics;
  #current: PolicySet = DEFAULT_POLICIES;
  /** The state of the file that was last read. */
  #seen = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #told = () => this.#read();

  constructor(path: string, log: Pick<Logger, 'info' | 'warn' | 'error'>, metrics: PolicyMetrics) {
    this.#path = path;
    this.#log = log;
    this.#metrics = metrics;
  }

  get current(): PolicySet {
    return this.#current;
  }

  /** @throws VolvoxError invalid that names line, rule and what is expected. */
  async start(): Promise<void> {
    this.#seen = stateOf(this.#path);
    this.#take(loadPolicyFile(this.#path));
    process.on('SIGHUP', this.#told);
    this.#timer = setInterval(() => this.check(), LOOK_EVERY_MS).unref();
  }

  async drain(): Promise<void> {}

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    process.off('SIGHUP', this.#told);
  }

  /** Reads the file if it has changed. */
  check(): void {
    if (stateOf(this.#path) !== this.#seen) this.#read();
  }

  #read(): void {
    try {
      this.#seen = stateOf(this.#path);
      this.#take(loadPolicyFile(this.#path));
    } catch (error) {
      this.#metrics.refused();
      this.#log.error(
        { file: this.#path, reason: messageOf(error) },
        'the policy file is wrong; the policies that were read before stay in force',
      );
    }
  }

  #take({ overrides, policies }: PolicyFileContent): void {
    for (const path of replaceable(this.#path)) {
      this.#log.warn(
        { path, advice: `chmod go-w ${path}` },
        'other users of this machine may change who may do what: they may write the policy file, or replace it',
      );
    }
    this.#current = policies;
    this.#metrics.taken(overrides.size);
    this.#log.info({ file: this.#path, rules: [...overrides.keys()] }, 'the policy file is in force');
  }
}

/** Reads a file that operators name. @throws VolvoxError invalid when it cannot be read, or is wrong. */
export function loadPolicyFile(path: string): PolicyFileContent {
  return readPolicyFile(readBounded(path), path);
}

function readBounded(path: string): string {
  try {
    // Nobody waits for a writer of a pipe.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(file);
      if (!found.isFile()) throw new Error('it is not a file');
      const { size } = found;
      if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_BYTES}`);
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new VolvoxError('invalid', `cannot read the policy file ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Of a file and its folder, what other users may write. Whoever may read the file does no harm. */
const replaceable = (path: string): readonly string[] =>
  exposureOf(path)
    .filter(({ isFolder, mode }) => isFolder === true || (Number.parseInt(mode, 8) & OTHERS_WRITE) !== 0)
    .map((exposed) => exposed.path);
const OTHERS_WRITE = 0o022;

/** What tells one state of a file from another. That it cannot be looked at is a state as well. */
function stateOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    return messageOf(error);
  }
}
