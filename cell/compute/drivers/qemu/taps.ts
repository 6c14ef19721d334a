import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { runCommand } from '../../../agent/run-command.ts';

/** The tap devices, which the network agent makes before a guest is to start. */
export class Taps {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /**
   * QEMU would make a missing one itself, connected to nothing.
   * @throws VolvoxError unavailable while one is not there: after a reboot of the host the network agent may not be done yet.
   */
  async check(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const where = this.#namespace === '' ? [] : ['-n', this.#namespace];
    const links = JSON.parse(await runCommand('ip', [...where, '-j', 'link', 'show'])) as { ifname?: string }[];
    const there = new Set(links.map((link) => link.ifname));
    const missing = names.filter((name) => !there.has(name));
    if (missing.length > 0) {
      throw new VolvoxError('unavailable', `The network devices ${missing.join(', ')} are not there yet.`);
    }
  }
}
