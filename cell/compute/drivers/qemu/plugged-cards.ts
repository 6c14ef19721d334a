import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestNic } from '#platform/objects/guest.ts';
import { nicModelOf } from '#platform/objects/image-hardware.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { cardArguments, cardCommands, cardId, freePlace, hasCardId, netdevId, withoutCard } from './cards.ts';
import type { GuestRecord } from './guest-records.ts';
import type { Machines } from './machines.ts';
import { queryDevices } from './monitor-answers.ts';

/** How long a guest may take to give a card up, how often it is asked, and how often the agent looks, ms. */
const GIVE_UP_MS = 20_000;
const ASK_AGAIN_MS = 5_000;
const POLL_MS = 100;

/** Network cards that come and go while a machine runs. Each call may be repeated, however far an earlier one got. */
export class PluggedCards {
  readonly #machines: Pick<Machines, 'execute' | 'ask'>;
  readonly #clock: Clock;

  constructor(machines: Pick<Machines, 'execute' | 'ask'>, clock: Clock = systemClock) {
    this.#machines = machines;
    this.#clock = clock;
  }

  /** @returns the machine with the card. @throws VolvoxError invalid when nothing more can be plugged in. */
  async attach({ desired, machine }: GuestRecord, nic: GuestNic): Promise<readonly string[]> {
    const { guestId, spec } = desired;
    const model = nicModelOf(spec.image);
    const where = freePlace(machine);
    if (where === null) {
      throw new VolvoxError(
        'invalid',
        'No further network card can be plugged into the machine while it runs; stop the server first.',
        { blame: 'request' },
      );
    }
    const { netdev, device } = cardCommands(nic, where, model);
    if (!(await this.#has(guestId, nic.tapName))) {
      await this.#machines.execute(guestId, 'netdev_add', netdev).catch(unlessThere);
      await this.#machines.execute(guestId, 'device_add', device);
    }
    return [...machine, ...cardArguments(nic, where, model)];
  }

  /** @returns the machine without the card. @throws VolvoxError unavailable when the guest keeps it. */
  async detach({ desired, machine }: GuestRecord, tapName: string, signal: AbortSignal): Promise<readonly string[]> {
    const { guestId } = desired;
    if (!hasCardId(machine, tapName)) {
      throw new VolvoxError('invalid', 'An earlier release plugged this network card; a hard reboot takes it.');
    }
    const end = this.#clock.now() + GIVE_UP_MS;
    for (let askAt = 0; await this.#has(guestId, tapName); await this.#clock.sleep(POLL_MS, signal)) {
      const now = this.#clock.now();
      if (now >= end) throw new VolvoxError('unavailable', 'The guest does not give the network card up.');
      if (now < askAt) continue;
      askAt = now + ASK_AGAIN_MS;
      // While an earlier request is in progress, QEMU refuses another one.
      await this.#machines.execute(guestId, 'device_del', { id: cardId(tapName) }).catch(unlessRefused);
    }
    await this.#machines.execute(guestId, 'netdev_del', { id: netdevId(tapName) }).catch(unlessRefused);
    return withoutCard(machine, tapName);
  }

  async #has(guestId: string, tapName: string): Promise<boolean> {
    const devices = await this.#machines.ask(guestId, queryDevices);
    return devices.some(({ name }) => name === cardId(tapName));
  }
}

/** An earlier attempt got as far. */
function unlessThere(error: unknown): void {
  if (!isVolvoxError(error, 'conflict') || !/duplicate/i.test(error.message)) throw error;
}
function unlessRefused(error: unknown): void {
  if (!isVolvoxError(error, 'conflict')) throw error;
}
