import { setTimeout as delay } from 'node:timers/promises';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { StepContext } from '../driver.ts';
import type { Machines } from './machines.ts';
import { type Job, QUERY_JOBS } from './monitor-answers.ts';

const POLL_MS = 50;
const ENDED_MS = 10_000;
/** The id of the root disk's drive (machine-arguments.ts). */
const ROOT = 'root';

/** Names a job and the file it writes to, within QEMU's bound of 31 characters. */
const jobOf = (saveId: string): string => `save-${saveId.replaceAll('-', '').slice(0, 24)}`;

interface SaveJobOptions {
  readonly guestId: string;
  readonly saveId: string;
  /** The name of the file in the guest's folder. */
  readonly file: string;
  /** Makes that file, empty. */
  readonly makeFile: () => Promise<void>;
  /** Runs `work` at a moment at which the disk is consistent. */
  readonly atQuietMoment: (work: () => Promise<void>) => Promise<void>;
}

/**
 * Has the process of a machine write its root disk, as it is at the moment at which this begins, into a file that stands on no other. The
 * machine runs on meanwhile. A job that an agent began that has died since is followed to its end.
 * @throws VolvoxError unavailable with QEMU's words.
 */
export async function saveByJob(machines: Machines, options: SaveJobOptions, context: StepContext): Promise<void> {
  const { guestId, saveId } = options;
  const id = jobOf(saveId);
  if ((await findJob(machines, guestId, id)) === null) await begin(machines, id, options);
  const job = await concluded(machines, guestId, id, context);
  await release(machines, guestId, id);
  if (job.error !== undefined) throw new VolvoxError('unavailable', `The disk cannot be saved: ${job.error}`);
}

/** Ends the job, if the machine still has it. */
export async function cancelSave(machines: Machines, guestId: string, saveId: string): Promise<void> {
  const id = jobOf(saveId);
  const job = await findJob(machines, guestId, id);
  if (job === null) return release(machines, guestId, id);
  if (job.status !== 'concluded') await machines.execute(guestId, 'block-job-cancel', { device: id, force: true });
  await concluded(machines, guestId, id, { signal: AbortSignal.timeout(ENDED_MS), progress: () => undefined });
  await release(machines, guestId, id);
}

async function begin(machines: Machines, id: string, options: SaveJobOptions): Promise<void> {
  const { guestId, file, makeFile, atQuietMoment } = options;
  await release(machines, guestId, id);
  await makeFile();
  await machines.execute(guestId, 'blockdev-add', {
    ...{ driver: 'qcow2', 'node-name': id },
    file: { driver: 'file', filename: file },
  });
  await atQuietMoment(() =>
    machines.execute(guestId, 'blockdev-backup', {
      ...{ device: ROOT, target: id, 'job-id': id, sync: 'full', 'auto-dismiss': false },
    }),
  );
}

async function concluded(
  machines: Machines,
  guestId: string,
  id: string,
  { signal, progress }: StepContext,
): Promise<Job> {
  for (;;) {
    const job = await findJob(machines, guestId, id);
    if (job === null) throw new VolvoxError('unavailable', "The guest's process has forgotten that its disk is saved.");
    if (job.status === 'concluded') return job;
    progress(Math.floor((job['current-progress'] * 100) / Math.max(1, job['total-progress'])));
    signal.throwIfAborted();
    await delay(POLL_MS);
  }
}

async function findJob(machines: Machines, guestId: string, id: string): Promise<Job | null> {
  const jobs = await machines.ask(guestId, QUERY_JOBS);
  return jobs.find((job) => job.id === id) ?? null;
}

/** Closes the file; what is not there need not go. */
async function release(machines: Machines, guestId: string, id: string): Promise<void> {
  await machines.execute(guestId, 'job-dismiss', { id }).catch(refused);
  await machines.execute(guestId, 'blockdev-del', { 'node-name': id }).catch(refused);
}

function refused(error: unknown): void {
  if (!isVolvoxError(error, 'conflict')) throw error;
}
