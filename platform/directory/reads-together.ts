import { Batcher } from '../batching/batcher.ts';
import type { doorContract } from '../contracts/door.ts';
import { isVolvoxError, VolvoxError } from '../errors/volvox-error.ts';
import type { Instance } from '../objects/instance.ts';
import type { CallOptions, Client } from '../rpc/client.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { deadlineIn } from '../time/deadline.ts';

/** How many servers are read in one call: a call of so many is as quick as one of a few. */
const MAX_BATCH_SIZE = 50;
/** The second call is there so that a slow one does not keep up all others. */
const MAX_IN_PROGRESS = 2;
const DEADLINE_MS = 5_000;

type DoorClient = Client<typeof doorContract>;

interface Read {
  readonly uuid: string;
  readonly options: CallOptions & { readonly deadlineMs: number };
  /** By the clock, ms. */
  readonly until: number;
}
type Settled = PromiseSettledResult<Instance>;

/**
 * The same door, whose `getInstance` of several callers at the same time is one call and one statement in the cell. A read that finds no
 * other in progress is sent at once, and alone; those that come while calls are in progress go together when one is over. No read joins a
 * call that was sent before it came, so it sees what was written before. What the cell does not list (a server that is deleted, arrives, or has
 * left) is asked for alone, so that each caller has the answer of `getInstance`. Instances that were read together lack `injectedFiles`.
 */
export function readingTogether(door: DoorClient, clock: Pick<Clock, 'now'> = systemClock): DoorClient {
  const alone = ({ uuid, options, until }: Read): Promise<Settled> =>
    settled(door.getInstance({ uuid }, { ...options, deadlineMs: Math.max(1, until - clock.now()) }));

  const batcher = new Batcher<Read, Settled>({
    maxBatchSize: MAX_BATCH_SIZE,
    maxInProgress: MAX_IN_PROGRESS,
    send: async (reads) => {
      const [first] = reads;
      if (first === undefined || reads.length === 1) return Promise.all(reads.map(alone));
      const uuids = [...new Set(reads.map(({ uuid }) => uuid))];
      const page = {
        ...{ filter: { uuids }, sort: [{ key: 'uuid' as const, direction: 'asc' as const }], after: null },
        ...{ limit: uuids.length, withUserData: true },
      };
      const until = Math.max(...reads.map((read) => read.until));
      const { requestId } = first.options;
      const listed = await settled(
        door.listInstances(page, {
          deadlineMs: Math.max(1, until - clock.now()),
          ...(requestId === undefined ? {} : { requestId }),
        }),
      );
      if (listed.status === 'rejected')
        return isSilence(listed.reason) ? reads.map(() => listed) : Promise.all(reads.map(alone));
      const found = new Map(listed.value.instances.map((instance) => [instance.uuid, instance]));
      return Promise.all(
        reads.map((read) => {
          const instance = found.get(read.uuid);
          return instance === undefined || instance.deletedAt !== null
            ? alone(read)
            : { status: 'fulfilled', value: instance };
        }),
      );
    },
  });

  const getInstance: DoorClient['getInstance'] = async ({ uuid }, options = {}) => {
    const { deadlineMs = DEADLINE_MS, signal } = options;
    const read = { uuid, options: { ...options, deadlineMs }, until: clock.now() + deadlineMs };
    const deadline = deadlineIn(deadlineMs, signal);
    try {
      const answer = await unlessAborted(batcher.ask('', read), deadline.signal);
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    } finally {
      deadline.end();
    }
  };
  return { ...door, getInstance };
}

const settled = <T>(work: Promise<T>): Promise<PromiseSettledResult<T>> =>
  work.then(
    (value) => ({ status: 'fulfilled', value }),
    (reason: unknown) => ({ status: 'rejected', reason }),
  );

const isSilence = (error: unknown): boolean =>
  isVolvoxError(error, 'unavailable') || isVolvoxError(error, 'deadline-exceeded');

/** A read waits for those before it no longer than for its own answer. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new VolvoxError('deadline-exceeded', 'The cell did not answer in time.'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
