import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { ManagedProcess, type ProcessSpec } from './managed-process.ts';
import type { RunningProcess } from './region-state.ts';

/** Every child of a region by its name. */
export class ProcessTable {
  readonly #processes = new Map<string, ManagedProcess>();
  #closed = false;
  readonly #changed: () => void;
  readonly #say: (line: string) => void;

  /** `changed`: after each start and end. `say`: a child ended unasked. */
  constructor(changed: () => void, say: (line: string) => void) {
    this.#changed = changed;
    this.#say = say;
  }

  /** Starts them all at once, and waits for each. @throws when one of them is not ready in time. */
  async start(specs: readonly ProcessSpec[], timeoutMs: number): Promise<void> {
    if (this.#closed) throw new Error('the region is stopping');
    const processes = specs.map((spec) => {
      const one = new ManagedProcess(spec, (line) => {
        this.#changed();
        if (line !== null) this.#say(line);
      });
      this.#processes.set(spec.name, one);
      one.start();
      return one;
    });
    await Promise.all(processes.map((one) => one.untilReady(timeoutMs)));
  }

  /** @throws when there is none of that name. */
  get(name: string): ManagedProcess {
    const found = this.#processes.get(name);
    if (found === undefined)
      throw new Error(`unknown process ${name}; the processes are ${[...this.#processes.keys()].join(', ')}`);
    return found;
  }

  /** Nothing is started any more. */
  close(): void {
    this.#closed = true;
  }

  /** Stops those whose names match, all at once. */
  async stop(names: RegExp): Promise<void> {
    const chosen = [...this.#processes].filter(([name]) => names.test(name));
    await allEnded(chosen.map(([, one]) => one.stop()));
    for (const [name] of chosen) this.#processes.delete(name);
  }

  matching(names: RegExp): ManagedProcess[] {
    return [...this.#processes].filter(([name]) => names.test(name)).map(([, one]) => one);
  }

  running(): RunningProcess[] {
    return [...this.#processes.values()].flatMap(({ identity, spec, restarts }) =>
      identity === null ? [] : [{ name: spec.name, ...identity, restarts, log: spec.log }],
    );
  }
}
