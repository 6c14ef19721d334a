import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DiskConnections } from './disk-connections.ts';
import type { GuestRecord, GuestRecords } from './guest-records.ts';
import type { Machines } from './machines.ts';

interface GuestStepsOptions {
  readonly records: GuestRecords;
  readonly machines: Machines;
  readonly connections: DiskConnections;
}

/** What the steps on guests share. What happens to a machine while a step works on its guest is the step's doing. */
export class GuestSteps {
  readonly #options: GuestStepsOptions;
  readonly #atWork = new Set<string>();

  constructor(options: GuestStepsOptions) {
    this.#options = options;
  }

  isAtWork(guestId: string): boolean {
    return this.#atWork.has(guestId);
  }

  async run(guestId: string, work: () => Promise<unknown>): Promise<void> {
    this.#atWork.add(guestId);
    try {
      await work();
    } finally {
      this.#atWork.delete(guestId);
    }
  }

  /** @throws VolvoxError not-found. */
  record(guestId: string): GuestRecord {
    const record = this.#options.records.get(guestId);
    if (record === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return record;
  }

  /** Its pid. @throws VolvoxError not-found, conflict. */
  async mustRun(guestId: string): Promise<number> {
    this.record(guestId);
    const pid = await this.#options.machines.process(guestId);
    if (pid === null) throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    return pid;
  }

  /** The machine is gone afterwards, with its connections. */
  async end(guestId: string): Promise<void> {
    await this.#options.machines.end(guestId);
    await this.#options.connections.closeAll(guestId);
  }
}
