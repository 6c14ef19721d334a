import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Operation } from '../../deploy/client/views.ts';
import type { ComputeClient } from './compute-client.ts';

const run = promisify(execFile);
const MIB = 1024 ** 2;

export interface ColdMove {
  /** From the request to the new cell's guest being as it was before, ms. */
  readonly untilThereMs: number;
  /** From the old guest being told to stop to the new one being as it was before, ms. */
  readonly downMs: number;
  readonly transferMs: number;
}

/** Moves a server to the cell and waits for the end. @throws when it did not go there. */
export async function coldMove(client: ComputeClient, server: string, cell: string): Promise<ColdMove> {
  const { move } = (await client.call('federation', 'POST /v1/moves', { body: { server, cell } })).body;
  if (!('id' in move)) throw new Error('the API has planned a move instead of beginning one');
  const path = { id: move.id };
  for (;;) {
    const { body: operation } = await client.call('federation', 'GET /v1/operations/{id}', { path });
    if (operation.finishedAt !== null) return timesOf(operation);
    await delay(50);
  }
}

function timesOf(operation: Operation): ColdMove {
  if (operation.state !== 'done') throw new Error(`the move is ${operation.state}: ${operation.message}`);
  const began = (name: string): number => Date.parse(stepOf(operation, name).startedAt);
  const ended = (name: string): number => Date.parse(stepOf(operation, name).finishedAt ?? '');
  return {
    untilThereMs: ended('start') - Date.parse(operation.createdAt),
    downMs: ended('start') - began('stop'),
    transferMs: ended('copy') - began('copy'),
  };
}

function stepOf({ steps }: Operation, name: string): Operation['steps'][number] {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`the move has no step ${name}`);
  return step;
}

/** In which of the cells the server is, and in which it is not. */
export async function cellsOf(client: ComputeClient, server: string): Promise<{ here: string; other: string }> {
  const { body } = await client.call('compute', 'GET /servers/{id}', { path: { id: server } });
  const host = String(body.server['OS-EXT-SRV-ATTR:host']);
  const cells = ['cell-1', 'cell-2'];
  const here = cells.find((cell) => host.startsWith(cell)) ?? '';
  return { here, other: cells.find((cell) => cell !== here) ?? '' };
}

/** Fills the root disk of the only guest of a cell, which must be down, with data that is not zero. @returns the disk's size, bytes. */
export async function fillDisk(stateDir: string, mib: number): Promise<number> {
  const guests = join(stateDir, 'guests');
  const [guest] = (await readdir(guests)).filter((name) => !name.startsWith('.'));
  if (guest === undefined) throw new Error(`no guest is in ${guests}`);
  const disk = join(guests, guest, 'disk.qcow2');
  // Each MiB gets another byte.
  for (let at = 0; at < mib; at += 64) {
    const writes = Array.from({ length: Math.min(64, mib - at) }, (_, index) => [
      '-c',
      `write -q -P ${1 + ((at + index) % 255)} ${(512 + at + index) * MIB} ${MIB}`,
    ]);
    await run('qemu-io', [...writes.flat(), disk]);
  }
  const { stdout } = await run('qemu-img', ['info', '--output=json', disk]);
  return (JSON.parse(stdout) as { 'actual-size': number })['actual-size'];
}
