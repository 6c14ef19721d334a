import type { Service } from '#platform/lifecycle/service.ts';
import type { Life } from '../kernel/kernel.ts';
import type { World } from './world.ts';

/** What a process does in one life: it is composed from nothing but what its databases and hosts hold. */
export type Compose = (life: Life) => readonly Service[];

const SOONEST_MS = 50;
const MOSTLY_WITHIN_MS = 2_000;
const LATEST_MS = 20_000;

/** A process that is started again whenever it dies. */
export class SimulatedProcess {
  readonly name: string;
  readonly #world: World;
  readonly #compose: Compose;
  #lives = 0;
  #life: Life | undefined;

  constructor(world: World, name: string, compose: Compose) {
    this.#world = world;
    this.name = name;
    this.#compose = compose;
  }

  get life(): Life | undefined {
    return this.#life?.alive === true ? this.#life : undefined;
  }

  start(): void {
    this.#lives += 1;
    const life: Life = { name: `${this.name}#${this.#lives}`, alive: true, pausedUntil: 0, atDeath: new Set() };
    this.#life = life;
    const { kernel } = this.#world;
    kernel.plan(0, life, () => {
      void this.#run(life);
    });
  }

  /** Dead already; it comes again after a while. */
  restart(): void {
    const { random } = this.#world.kernel;
    const most = random.chance(0.85) ? MOSTLY_WITHIN_MS : LATEST_MS;
    this.#world.tell(`${this.#life?.name ?? this.name} died`);
    this.#world.kernel.plan(SOONEST_MS + random.next() * most, null, () => this.start());
  }

  async #run(life: Life): Promise<void> {
    this.#world.tell(`${life.name} starts`);
    for (const service of this.#compose(life)) {
      try {
        await service.start();
      } catch (error) {
        // A process that cannot start ends, and its supervisor starts it again.
        this.#world.tell(`${life.name} cannot start: ${String(error)}`);
        this.#world.kernel.kill(life);
        this.restart();
        return;
      }
    }
  }
}
