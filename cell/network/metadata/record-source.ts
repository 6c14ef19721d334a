import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Conductor } from '../../agent/conductor.ts';
import { networkData } from '../../agent/metadata/network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from '../../agent/metadata/record.ts';
import { canonical, linkLocal, versionOf } from '../addresses.ts';
import type { HostKeeper } from '../host-keeper.ts';
import type { KnownDefinitions } from '../known-definitions.ts';
import type { RecordFiles } from './record-files.ts';

const ASK_WITHIN_MS = 1_500;
/** How old an answer may be. */
const FRESH_MS = 1_000;

type Port = DesiredBinding['port'];

interface RecordSourceOptions {
  readonly conductor: Conductor;
  /** The agent that asks. */
  readonly agentId: string;
  /** Knows the ports of the guests of this host. */
  readonly keeper: Pick<HostKeeper, 'bindings'> | undefined;
  /** Knows where floating addresses lead. */
  readonly heard: Pick<KnownDefinitions, 'routersOf'>;
  /** All of them get every record: one survives reboots, one is read by the metadata server itself. */
  readonly files: readonly RecordFiles[];
  readonly log: Logger;
}

/** Who a guest is: the conductor's word when it answers, the last known one otherwise. */
export class RecordSource {
  readonly #options: RecordSourceOptions;
  readonly #now: () => number;
  readonly #recent = new Map<string, { readonly at: number; readonly record: Promise<MetadataRecord | null> }>();

  constructor(options: RecordSourceOptions, clock: Clock = systemClock) {
    this.#options = options;
    this.#now = clock.now;
  }

  /** Of the port here that has a link-local address; other addresses are fixed ones. Null: no port of the network here has it. */
  fixedAddressOf(networkId: string, address: string): string | null {
    if (!address.startsWith('fe80:')) return address;
    const port = this.#portsIn(networkId).find(({ mac }) => linkLocal(mac) === address);
    return port === undefined ? null : mainAddress(port);
  }

  #portsIn(networkId: string): readonly Port[] {
    const bindings = this.#options.keeper?.bindings() ?? [];
    return bindings.filter(({ network }) => network.id === networkId).map(({ port }) => port);
  }

  /**
   * Null: nobody has that address. What was asked a moment ago is not asked again: a guest that boots reads many documents.
   * @throws VolvoxError unavailable when the conductor is away and nothing was known.
   */
  async record(networkId: string, address: string): Promise<MetadataRecord | null> {
    const key = `${networkId} ${address}`;
    const recent = this.#recent.get(key);
    if (recent !== undefined && this.#now() - recent.at < FRESH_MS) return await recent.record;
    const record = this.#ask(networkId, address);
    this.#recent.set(key, { at: this.#now(), record });
    return await record.finally(() => this.#forgetOld());
  }

  async #ask(networkId: string, address: string): Promise<MetadataRecord | null> {
    const record = await this.#fromConductor(networkId, address);
    if (record === null) return null;
    const owner = this.#portsIn(networkId).find((port) => mainAddress(port) === address);
    for (const name of [address, ...(owner === undefined ? [] : [linkLocal(owner.mac)])])
      for (const one of this.#options.files) await one.write(networkId, name, record);
    return record;
  }

  async #fromConductor(networkId: string, address: string): Promise<MetadataRecord | null> {
    const { conductor, agentId } = this.#options;
    try {
      const instance = await conductor.ask((client) =>
        client.instanceMetadata({ agentId, networkId, address }, { deadlineMs: ASK_WITHIN_MS }),
      );
      const indexOf = (mac: string): number => instance.macs.indexOf(mac);
      // In the order of the request, as on the config drive.
      const ports = (this.#options.keeper?.bindings() ?? [])
        .filter(({ instanceUuid }) => instanceUuid === instance.uuid)
        .sort((one, other) => indexOf(one.port.mac) - indexOf(other.port.mac));
      const record = { version: METADATA_RECORD_VERSION, instance, network: networkData(ports) } as const;
      const publicIpV4 = this.#floatingAddressOf(ports);
      return publicIpV4 === undefined ? record : { ...record, publicIpV4 };
    } catch (error) {
      if (isVolvoxError(error, 'not-found')) return null;
      for (const one of this.#options.files) {
        const kept = await one.read(networkId, address);
        if (kept !== null) return kept;
      }
      throw error;
    }
  }

  /** The first one that leads to a port. */
  #floatingAddressOf(ports: readonly DesiredBinding[]): string | undefined {
    const floating = ports.flatMap(({ network, port }) =>
      this.#options.heard
        .routersOf(network.id)
        .flatMap((router) => router.floating)
        .filter(({ portId }) => portId === port.id),
    );
    return floating[0]?.address;
  }

  #forgetOld(): void {
    for (const [key, { at }] of this.#recent) if (this.#now() - at >= FRESH_MS) this.#recent.delete(key);
  }

  /** After a port was plugged or unplugged: what its guest will ask for is known before it asks. Never rejects. */
  async bindingChanged(binding: DesiredBinding): Promise<void> {
    const { files, log } = this.#options;
    const { network, port } = binding;
    const main = mainAddress(port);
    const asked = port.fixedIps.map(({ address }) => canonical(address)).filter((one) => versionOf(one) === 4);
    for (const address of new Set([...asked, ...(main === null ? [] : [main])])) {
      try {
        if (binding.present) await this.#ask(network.id, address);
        else
          for (const name of [address, linkLocal(port.mac)])
            for (const one of files) await one.remove(network.id, name);
      } catch (error) {
        log.debug({ reason: messageOf(error), address }, 'metadata not known in advance');
      }
    }
  }
}

/** The one by which a guest that asks from its link-local address is known: of IPv4 if it has one. */
function mainAddress({ fixedIps }: Port): string | null {
  const all = fixedIps.map(({ address }) => canonical(address));
  return all.find((one) => versionOf(one) === 4) ?? all[0] ?? null;
}
