import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type AttachedDisk, type NbdConnection, nbdConnectionOf } from '#platform/objects/attached-disk.ts';
import { checkPlainPeer, type Transport } from '#platform/tls/transport.ts';
import { acceptMachine } from './accept-machine.ts';
import type { StateFolders } from './guest-folder.ts';
import type { GuestUsers } from './guest-users.ts';
import { diskSocket } from './service-disks.ts';

const CONNECT_MS = 5_000;
/** The first bytes of every server (NBD protocol, "Newstyle negotiation"). */
const GREETING = 'NBDMAGIC';

interface DiskConnectionsOptions {
  readonly folders: Pick<StateFolders, 'guest'>;
  readonly users: Pick<GuestUsers, 'uidOf'>;
  readonly transport: Transport;
  readonly log: Logger;
}

/**
 * The connections of guests to the disks that services keep. A guest's process reaches no network: it connects to a socket in its folder, and
 * the agent passes the bytes on to the one server that the desired state names. While the agent or the server is away, the guest's requests
 * wait (service-disks.ts); QEMU reconnects on its own.
 */
export class DiskConnections {
  readonly #options: DiskConnectionsOptions;
  readonly #open = new Map<string, Map<string, { close(): Promise<void> }>>();

  constructor(options: DiskConnectionsOptions) {
    this.#options = options;
  }

  /** Connects the disks of a machine that is to start, and no others. @throws VolvoxError as `open`. */
  async openAll(guestId: string, disks: readonly AttachedDisk[]): Promise<void> {
    await this.closeAll(guestId);
    for (const disk of disks) await this.open(guestId, disk);
  }

  /** @throws VolvoxError unavailable when the server does not answer as one of disks does; invalid, unsupported; nothing is open then. */
  async open(guestId: string, disk: AttachedDisk): Promise<void> {
    await this.#greet(disk.id, nbdConnectionOf(disk));
    await this.listen(guestId, disk);
  }

  /** The same for a machine that has the disk already: the server may be away. */
  async listen(guestId: string, disk: AttachedDisk): Promise<void> {
    const { folders, users, log } = this.#options;
    const to = nbdConnectionOf(disk);
    this.#checkPlain(disk.id, to);
    await this.close(guestId, disk.id);
    const uid = (await users.uidOf(guestId)) ?? process.getuid?.() ?? 0;
    const path = join(folders.guest(guestId), diskSocket(disk));
    const listener = await acceptMachine(path, uid, (machine) => {
      const server = connect({ host: to.host, port: to.port, noDelay: true, timeout: CONNECT_MS });
      server.once('connect', () => server.setTimeout(0));
      server.once('timeout', () => server.destroy(new Error(`no connection within ${CONNECT_MS} ms`)));
      joinUntilEnd(machine, server, (reason) =>
        log.warn({ guestId, disk: disk.id, reason }, 'the connection of a disk ended'),
      );
    });
    const ofGuest = this.#open.get(guestId) ?? new Map<string, { close(): Promise<void> }>();
    this.#open.set(guestId, ofGuest.set(disk.id, listener));
  }

  async close(guestId: string, diskId: string): Promise<void> {
    const ofGuest = this.#open.get(guestId);
    await ofGuest?.get(diskId)?.close();
    ofGuest?.delete(diskId);
    if (ofGuest?.size === 0) this.#open.delete(guestId);
  }

  /** Its machine is gone. */
  async closeAll(guestId: string): Promise<void> {
    for (const diskId of [...(this.#open.get(guestId)?.keys() ?? [])]) await this.close(guestId, diskId);
  }

  /** The agent ends; the machines run on, and connect to the next agent. */
  async end(): Promise<void> {
    for (const guestId of [...this.#open.keys()]) await this.closeAll(guestId);
  }

  async #greet(id: string, to: NbdConnection): Promise<void> {
    this.#checkPlain(id, to);
    const away = (why: string, cause?: unknown): VolvoxError =>
      new VolvoxError('unavailable', `The server of disk ${id} at ${to.host}:${to.port} ${why}.`, { cause });
    const server = connect({ host: to.host, port: to.port });
    try {
      const [bytes] = (await once(server, 'data', { signal: AbortSignal.timeout(CONNECT_MS) })) as [Buffer];
      if (bytes.subarray(0, GREETING.length).toString('latin1') !== GREETING) throw away('does not speak NBD');
    } catch (cause) {
      if (cause instanceof VolvoxError) throw cause;
      throw away(`cannot be reached (${messageOf(cause)})`, cause);
    } finally {
      server.destroy();
    }
  }

  #checkPlain(id: string, { host }: NbdConnection): void {
    checkPlainPeer(this.#options.transport, `The server of disk ${id}`, host);
  }
}

/** Until either end closes. */
function joinUntilEnd(machine: Socket, server: Socket, ended: (reason: string) => void): void {
  const over = (error: NodeJS.ErrnoException | null | undefined): void => {
    if (error != null && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') ended(error.message);
    machine.destroy();
    server.destroy();
  };
  pipeline(machine, server, over);
  pipeline(server, machine, over);
}
