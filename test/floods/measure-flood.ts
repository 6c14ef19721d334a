import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type BuildInput, type Flood, newServer } from './floods.ts';
import type { HttpClient, Reply } from './http-client.ts';

export interface FloodSetting {
  /** Floods. */
  readonly hostile: HttpClient;
  /** Of the other project. */
  readonly peaceful: HttpClient;
  readonly input: BuildInput;
  readonly clients: number;
  readonly forMs: number;
  /** The memory of the api now, MiB. */
  readonly memory: () => number | null;
}

export interface FloodOutcome {
  readonly flood: string;
  /** How often the flood got each status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Refusals of the flood (429) that did not say when to retry. */
  readonly withoutRetryAfter: number;
  /** How long requests of the other project took meanwhile, ms. */
  readonly gets: readonly number[];
  readonly creates: readonly number[];
  /** What of the other project's failed: status and body. */
  readonly failures: readonly string[];
  /** One each half second, MiB. */
  readonly memory: readonly number[];
}

const GET_EVERY_MS = 20;
const CREATE_EVERY_MS = 250;
const MEMORY_EVERY_MS = 500;

/** Floods with one kind of request for a time, while another project does a little work. @param flood null: nobody floods. */
export async function measureFlood(flood: Flood | null, setting: FloodSetting): Promise<FloodOutcome> {
  const { hostile, peaceful, input, clients, forMs, memory } = setting;
  const until = performance.now() + forMs;
  const lasts = () => performance.now() < until;
  const statuses = new Map<number, number>();
  const [gets, creates, curve]: [number[], number[], number[]] = [[], [], []];
  const failures: string[] = [];
  let withoutRetryAfter = 0;

  const floods = async (): Promise<void> => {
    while (flood !== null && lasts()) {
      const { status, retryAfter } = await flood.send(hostile, input);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 429 && !/^[1-9]\d*$/.test(retryAfter ?? '')) withoutRetryAfter++;
      // Real clients wait as long as they are told; this one does not, but it leaves the measured machine some time.
      if (status === 429) await delay(5);
    }
  };
  const works = async (everyMs: number, times: number[], send: () => Promise<Reply>): Promise<void> => {
    while (lasts()) {
      const { ms, status, body } = await send();
      times.push(ms);
      if (status >= 400) failures.push(`${status} ${body.slice(0, 300)}`);
      await delay(everyMs);
    }
  };
  const watches = async (): Promise<void> => {
    while (lasts()) {
      const mib = memory();
      if (mib !== null) curve.push(mib);
      await delay(MEMORY_EVERY_MS);
    }
  };
  await Promise.all([
    ...Array.from({ length: clients }, floods),
    works(GET_EVERY_MS, gets, () => peaceful.send('GET', '/compute/v2.1/servers?limit=10')),
    works(CREATE_EVERY_MS, creates, () => newServer(peaceful, `peaceful-${randomUUID()}`, input)),
    watches(),
  ]);
  return { flood: flood?.name ?? 'none', statuses, withoutRetryAfter, gets, creates, failures, memory: curve };
}
