import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { runCommand } from '../../../../cell/agent/run-command.ts';
import { serveIncoming } from '../../../../cell/compute/migration-relay.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { startImageServer, writingGuestDisk } from './test-guest.ts';

const sign = (text: string): string => Buffer.from(text).toString('hex');
const SECTOR_BYTES = 512;
/** The guest writes to so many sectors in turn, from the second one on. */
const SECTORS = 32;

interface Host {
  readonly name: string;
  readonly stateDir: string;
  readonly agent: QemuAgent;
  readonly relay: HttpService;
}

async function aHost(name: string, uids: string): Promise<Host> {
  const stateDir = await mkdtemp(join(tmpdir(), `${name}-`));
  const agent = await startQemuAgent(stateDir, {
    VOLVOX_COMPUTE_HOST_NAME: name,
    VOLVOX_COMPUTE_CGROUP: '',
    VOLVOX_COMPUTE_GUEST_UIDS: uids,
  });
  const relay = createHttpService({
    ...{ name: 'relay', host: '127.0.0.1', port: 0, log: silentLogger },
    routes: (app) => serveIncoming(app, agent.driver, (text, mark) => sign(text) === mark, silentLogger),
  });
  await relay.start();
  return { name, stateDir, agent, relay };
}

interface Hops {
  /** From the report that everything was sent to the report that the other machine runs, ms. */
  readonly switchMs: readonly number[];
  /** The last counter that the disk had taken, as the guest said. */
  readonly said: number;
  /** Counters that the guest said were written, and that are not on the disk in the end. */
  readonly lost: readonly number[];
}

/** Migrates a guest that writes to its disk without a pause to and fro between two hosts of this machine. */
export async function hop(times: number): Promise<Hops> {
  const images = await startImageServer();
  const hosts = [await aHost('host-a', '200000-200099'), await aHost('host-b', '200100-200199')] as const;
  try {
    const image = images.image(writingGuestDisk());
    let current = aQemuGuest(image, { hostName: 'host-a' });
    const switchMs: number[] = [];
    let said = 0;
    await settled(hosts[0], current);
    for (let at = 0; at < times; at++) {
      const [from, to] = at % 2 === 0 ? hosts : [hosts[1], hosts[0]];
      said = await untilWritten(from, current, said);
      const id = randomUUID();
      const parts = { ...NO_PARTS, migration: { role: 'incoming' as const, id } };
      const target = { ...aQemuGuest(image, { hostName: to.name, power: 'paused' }), parts };
      await settled(to, target);
      const ticket = issueDiskTicket(sign, { id: target.guestId, generation: target.generation }, Date.now());
      const migration = {
        ...{ role: 'outgoing' as const, id, hurry: false },
        to: { guestId: target.guestId, url: to.relay.address(), ticket },
      };
      const outgoing = { ...current, generation: current.generation + 1, parts: { ...NO_PARTS, migration } };
      await settled(from, outgoing);
      const sentAt = performance.now();
      said = Math.max(said, await lastSaid(from, current));
      const next: DesiredGuest = { ...target, power: 'running', generation: target.generation + 1, parts: NO_PARTS };
      await settled(to, next);
      switchMs.push(performance.now() - sentAt);
      await settled(from, { ...outgoing, power: 'absent', generation: outgoing.generation + 1 });
      current = next;
    }
    const last = times % 2 === 0 ? hosts[0] : hosts[1];
    said = await untilWritten(last, current, said);
    await settled(last, { ...current, power: 'stopped', gracefulStopMs: 0, generation: current.generation + 1 });
    said = Math.max(said, await lastSaid(last, current));
    return { switchMs, said, lost: await lostOf(last, current, said) };
  } finally {
    for (const { agent, relay, stateDir } of hosts) {
      for (const { guestId } of await agent.driver.findAll()) await agent.driver.kill(guestId);
      await relay.stop();
      await agent.close();
      await rm(stateDir, { recursive: true, force: true });
    }
    images.close();
  }
}

async function settled({ agent, name }: Host, desired: DesiredGuest): Promise<void> {
  const observed = await agent.converge(desired);
  if (observed.settled) return;
  throw new Error(`${name}: ${JSON.stringify(observed)}`);
}

/** The highest counter on the console: the disk had taken it. */
async function lastSaid({ agent }: Host, { guestId }: DesiredGuest): Promise<number> {
  const lines = (await agent.console(guestId)).split('\n').slice(0, -1);
  return Math.max(
    0,
    ...lines.flatMap((line) => /^w ([0-9a-f]{4})$/.exec(line.trim())?.[1] ?? []).map((hex) => Number.parseInt(hex, 16)),
  );
}

const untilWritten = (host: Host, guest: DesiredGuest, after: number): Promise<number> =>
  waitUntil('the guest to write on', async () => {
    const said = await lastSaid(host, guest);
    return said > after ? said : null;
  });

async function lostOf({ stateDir }: Host, { guestId }: DesiredGuest, said: number): Promise<readonly number[]> {
  const raw = join(stateDir, 'disk.raw');
  await runCommand('qemu-img', ['convert', '-O', 'raw', join(stateDir, 'guests', guestId, 'disk.qcow2'), raw]);
  const disk = await readFile(raw);
  const counters = Array.from({ length: Math.min(SECTORS, said) }, (_, back) => said - back);
  return counters.filter((counter) => {
    const sector = 1 + (counter % SECTORS);
    // A newer round may have written to the sector already.
    return disk.readUInt16LE(sector * SECTOR_BYTES) < counter;
  });
}
