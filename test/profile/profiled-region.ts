import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorTransport } from '../../deploy/local/certificates.ts';
import type { ManagedProcess } from '../../deploy/local/managed-process.ts';
import { apiUrl } from '../../deploy/local/process-configs.ts';
import { openRedis } from '../../deploy/local/redis.ts';
import { prepare } from '../bench/bench-region.ts';
import { ComputeClient } from '../bench/compute-client.ts';
import { cpuSecondsOf, memoryKibOf } from '../bench/process-usage.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import type { ProfileCase } from './cases.ts';
import { INSPECTABLE, type InspectedProcess, inspect } from './inspected-process.ts';
import { commandCounter } from './redis-commands.ts';
import { type SelfTime, selfTimes } from './self-times.ts';
import { logging, type StatementCounts, statementCounter } from './statement-log.ts';

const READY_MS = 60_000;
const CLIENTS = 16;

interface ProcessFigures {
  readonly name: string;
  readonly cpuMs: number;
  /** At the end. */
  readonly memoryMib: number;
  /** Empty for MariaDB and Redis. */
  readonly functions: readonly SelfTime[];
}

/** What a case cost, in all. */
export interface CaseFigures {
  readonly seconds: number;
  readonly units: number;
  readonly processes: readonly ProcessFigures[];
  /** By the owner of the store: `global`, `cell-1`. */
  readonly statements: ReadonlyMap<string, StatementCounts>;
  readonly commands: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

interface ProfileOptions {
  readonly cells: number;
  /** Over all cells. */
  readonly hosts: number;
  readonly count: number;
  /** Whether functions are timed, which costs time itself. */
  readonly functions: boolean;
  /** Where CPU profiles are written. */
  readonly out: string;
}

/** Runs a case in a region of its own, which is removed. */
export async function profileCase(
  { prepare: prepareCase, run }: ProfileCase,
  { cells, hosts, count, functions, out }: ProfileOptions,
): Promise<CaseFigures> {
  const region = await startTestRegion({ cells, simulatedHosts: hosts, fromSources: true });
  try {
    const { home, settings, processes } = region.region;
    const nodes = processes.matching(/-(conductor|compute|network)$|^(api|scheduler|super-conductor)$/);
    const databases = processes.matching(/-mariadb$/);
    const logFile = (one: ManagedProcess): string => join(home.root, `${one.spec.name}.statements`);
    for (const one of databases) await startAgain(one, { args: logging(logFile(one)) });
    for (const one of nodes) await startAgain(one, { env: { NODE_OPTIONS: INSPECTABLE } });
    const client = await clientOf(region);
    const input = await prepare(client);
    await prepareCase(client, input, count);

    const inspected = new Map<ManagedProcess, InspectedProcess>();
    for (const one of functions ? nodes : []) inspected.set(one, await inspect(pidOf(one), one.spec.log));
    const stores = [['global', settings.global] as const, ...settings.cells.map((cell) => [cell.name, cell] as const)];
    const redises = stores.map(([owner, { redisPort: port, redisPassword: password }]) => ({
      owner,
      redis: openRedis({ port, password, transport: operatorTransport(home) }),
    }));
    for (const { redis } of redises) await redis.connect();

    const commands = await Promise.all(
      redises.map(async ({ owner, redis }) => [owner, await commandCounter(redis)] as const),
    );
    const statements = databases.map((one) => [ownerOf(one), statementCounter(logFile(one))] as const);
    const all = [...nodes, ...databases, ...processes.matching(/-redis$/)];
    const before = all.map((one) => cpuMsOf(one));
    await Promise.all([...inspected.values()].map((one) => one.startProfile()));
    const from = performance.now();
    const units = await run(client, input, count);
    const seconds = (performance.now() - from) / 1_000;
    const profiles = new Map<ManagedProcess, Awaited<ReturnType<InspectedProcess['stopProfile']>>>();
    for (const [one, process] of inspected) profiles.set(one, await process.stopProfile());
    const after = all.map((one) => cpuMsOf(one));
    const memory = all.map((one) => memoryKibOf(pidOf(one)) / 1_024);
    const counted = {
      statements: new Map(statements.map(([owner, count]) => [owner, count()])),
      commands: new Map(await Promise.all(commands.map(async ([owner, count]) => [owner, await count()] as const))),
    };

    for (const one of inspected.values()) one.close();
    for (const { redis } of redises) redis.disconnect();
    await client.close();
    mkdirSync(out, { recursive: true });
    for (const [{ spec }, profile] of profiles)
      writeFileSync(join(out, `${spec.name}.cpuprofile`), JSON.stringify(profile));
    const figures = all.map((one, at) => ({
      name: one.spec.name,
      cpuMs: (after[at] ?? 0) - (before[at] ?? 0),
      memoryMib: memory[at] ?? 0,
      functions: profiles.has(one) ? selfTimes(profiles.get(one) as never, process.cwd()) : [],
    }));
    return { seconds, units, processes: figures, ...counted };
  } finally {
    await region.remove();
  }
}

function pidOf({ identity, spec }: ManagedProcess): number {
  if (identity === null) throw new Error(`${spec.name} does not run`);
  return identity.pid;
}

const cpuMsOf = (one: ManagedProcess): number => cpuSecondsOf(pidOf(one)) * 1_000;

const ownerOf = ({ spec }: ManagedProcess): string => spec.name.replace(/-mariadb$/, '');

async function clientOf({ region: { settings } }: TestRegion): Promise<ComputeClient> {
  const who = { user: 'admin', password: settings.adminPassword, project: 'admin' };
  return await ComputeClient.login(apiUrl(settings), who, CLIENTS);
}

/** With more arguments or options than a region gives it. */
async function startAgain(
  one: ManagedProcess,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> },
): Promise<void> {
  await one.stop();
  (one.spec.args as string[]).push(...args);
  Object.assign(one.spec.env, env);
  one.start();
  await one.untilReady(READY_MS);
}
