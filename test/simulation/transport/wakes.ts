import type { Service } from '#platform/lifecycle/service.ts';
import type { Waker } from '#platform/queue/waker.ts';
import type { Faults } from '../kernel/faults.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import { latency } from '../kernel/latency.ts';

interface Listener {
  readonly life: Life;
  readonly take: (ids: readonly string[]) => void;
}

const LOST = 0.04;
const DOUBLED = 0.04;
const LATE = 0.04;
const LATEST_MS = 8_000;

/** The queue: a wake-up goes to one of those who listen. While faults rage it may be lost, doubled or late. */
export class Wakes {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(kernel: Kernel, faults: Faults) {
    this.#kernel = kernel;
    this.#faults = faults;
  }

  /** What a process wakes others with. */
  waker(life: Life): Pick<Waker, 'wake' | 'healthy'> {
    return {
      healthy: async () => true,
      wake: (queue, ids) =>
        new Promise((resolve) => {
          const message = [...ids];
          this.#kernel.plan(latency(this.#kernel.random), life, () => {
            this.#send(queue, message);
            resolve();
          });
        }),
    };
  }

  listen(life: Life, queue: string, take: (ids: readonly string[]) => void): Service {
    const listener = { life, take };
    return {
      name: `listener ${queue}`,
      start: async () => {
        const all = this.#listeners.get(queue) ?? [];
        this.#listeners.set(queue, all);
        all.push(listener);
        life.atDeath.add(() => all.splice(all.indexOf(listener), 1));
      },
      drain: async () => undefined,
      stop: async () => undefined,
    };
  }

  #send(queue: string, ids: readonly string[]): void {
    const { random } = this.#kernel;
    const listeners = (this.#listeners.get(queue) ?? []).filter(({ life }) => life.alive);
    const raging = this.#faults.raging;
    if (listeners.length === 0 || (raging && random.chance(LOST))) return;
    for (let times = raging && random.chance(DOUBLED) ? 2 : 1; times > 0; times--) {
      const late = raging && random.chance(LATE) ? random.next() * LATEST_MS : 0;
      const { life, take } = random.pick(listeners);
      this.#kernel.plan(latency(random) + late, life, () => take(ids));
    }
  }
}
