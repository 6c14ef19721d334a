import type { Duplex } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import { GUEST_FILES } from './guest-folder.ts';
import type { GuestRecord } from './guest-records.ts';
import type { Machines } from './machines.ts';
import { neverSlow } from './never-slow.ts';

const WHAT: Readonly<Record<ConsoleType, string>> = {
  vnc: 'The screen of the guest',
  serial: 'The serial console of the guest',
};

/** Connections to the consoles of this host's guests. */
export class GuestConsoles {
  readonly #machines: Machines;
  /** QEMU serves one connection to a serial port at a time; the others would wait unseen. */
  readonly #serial = new Map<string, Duplex>();

  constructor(machines: Machines) {
    this.#machines = machines;
  }

  /** @throws VolvoxError as `Driver.openConsole`. */
  async open({ desired: { guestId }, machine }: GuestRecord, type: ConsoleType): Promise<Duplex> {
    if ((await this.#machines.process(guestId)) === null) {
      throw new VolvoxError('conflict', `Guest ${guestId} does not run; its console opens when it does.`);
    }
    if (!machine.some((argument) => argument.includes(GUEST_FILES[type]))) {
      throw new VolvoxError(
        'conflict',
        `Guest ${guestId} was started by a release without consoles; stop and start it to get one.`,
      );
    }
    if (type === 'vnc') return await this.#machines.connect(guestId, 'vnc', WHAT.vnc);
    this.#serial.get(guestId)?.destroy();
    const socket = await this.#machines.connect(guestId, 'serial', WHAT.serial);
    const console = neverSlow(socket);
    // Another one may have been opened while this one connected.
    this.#serial.get(guestId)?.destroy();
    this.#serial.set(guestId, console);
    console.once('close', () => {
      if (this.#serial.get(guestId) === console) this.#serial.delete(guestId);
    });
    return console;
  }
}
