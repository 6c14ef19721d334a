import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { runCommand } from '../../../agent/run-command.ts';

/** As `ip -j -d link show` tells it. */
interface Link {
  readonly ifname?: string;
  readonly mtu?: number;
  readonly master?: string;
  /** `user`: a number, or the name of the user where it has one. */
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly user?: string | number } };
}

/** The network agent may be about to plug a device at the same moment. */
const ATTEMPTS = 3;

/** The tap devices, which the network agent makes before a guest is to start. */
export class Taps {
  readonly #where: readonly string[];

  constructor(namespace: string) {
    this.#where = namespace === '' ? [] : ['-n', namespace];
  }

  /**
   * QEMU would make a missing one itself, connected to nothing.
   * @throws VolvoxError unavailable while one is not there: after a reboot of the host the network agent may not be done yet.
   */
  async check(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const links = await this.#links();
    const missing = names.filter((name) => !links.has(name));
    if (missing.length > 0) {
      throw new VolvoxError('unavailable', `The network devices ${missing.join(', ')} are not there yet.`);
    }
  }

  /**
   * Afterwards nobody but this user (and root) can open them. `ip` names the owner of a tap when it makes the tap and never again, so a
   * tap of another owner is replaced by one of the same name in the same bridge, which the network agent takes for the one it made. No
   * process may have it open.
   */
  async giveTo(uid: number, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    for (let attempt = 1; ; attempt++) {
      const links = await this.#links();
      const others = names.flatMap((name) => {
        const link = links.get(name);
        return link?.linkinfo?.info_kind === 'tun' && link.linkinfo.info_data?.user !== uid ? [link] : [];
      });
      if (others.length === 0) return await this.check(names);
      try {
        const commands = others.flatMap((link) => replacement(link, uid)).join('\n');
        await runCommand('ip', [...this.#where, '-batch', '-'], { input: `${commands}\n` });
      } catch (cause) {
        if (attempt < ATTEMPTS) continue;
        throw new VolvoxError('unavailable', `The network devices of the guest cannot be given to it.`, { cause });
      }
    }
  }

  async #links(): Promise<ReadonlyMap<string | undefined, Link>> {
    const links = JSON.parse(await runCommand('ip', [...this.#where, '-j', '-d', 'link', 'show'])) as Link[];
    return new Map(links.map((link) => [link.ifname, link]));
  }
}

const replacement = ({ ifname, mtu, master }: Link, uid: number): readonly string[] => [
  `link delete dev ${ifname}`,
  `tuntap add dev ${ifname} mode tap user ${uid}`,
  `link set dev ${ifname} mtu ${mtu}${master === undefined ? '' : ` master ${master}`} up`,
];
