import { apisAsData } from '../../deploy/client/apis-as-data.ts';
import { bindingsOf } from './bindings/index.ts';
import type { Visit } from './coverage.ts';
import { type Fixture, NEIGHBOUR } from './fixtures.ts';
import type { NovaOperation } from './nova-operations.ts';
import { NOTES, type Outcome, outcomeOf, type Results } from './outcome.ts';
import { type Account, RemoteRegion } from './remote-region.ts';
import { replay } from './replay.ts';
import { runProbes } from './run-probes.ts';
import { inZone, type Scenario } from './scenarios.ts';
import { skipReason } from './skipped.ts';

interface Given {
  readonly scenarios: readonly Scenario[];
  readonly operations: readonly NovaOperation[];
  /** Only scenarios whose name has this text, and no probes. */
  readonly only: string | undefined;
  readonly say: (line: string) => void;
}

/** Replays the scenarios against a running region, one after the other, by its APIs alone. Ends early, with what it has, when `stop` aborts. */
export async function replayRemote(url: string, account: Account, given: Given, stop: AbortSignal): Promise<Results> {
  const region = await RemoteRegion.open(url, account);
  try {
    return await replayAll(region, given, stop);
  } finally {
    await region.restore();
  }
}

async function replayAll(region: RemoteRegion, given: Given, stop: AbortSignal): Promise<Results> {
  const { scenarios, operations, only, say } = given;
  await region.replaceShared();
  const outcomes: Outcome[] = [];
  const visits: Visit[] = [];
  const chosen = scenarios.filter(({ name }) => only === undefined || name.includes(only));
  for (const scenario of chosen.toSorted((a, b) => Number(inZone(a)) - Number(inZone(b)))) {
    if (stop.aborted) break;
    const reason = skipReason(scenario) ?? needsInside(scenario);
    const outcome =
      reason === undefined ? await replayed(region, scenario, visits) : outcomeOf(scenario, 'skipped', reason);
    outcomes.push(outcome);
    if (outcome.state !== 'skipped') say(`${outcome.state} ${scenario.name}`);
  }
  const routes = apisAsData().find(({ service }) => service.name === 'compute')?.routes ?? [];
  if (only !== undefined || stop.aborted) return { outcomes, visits, missing: [], notes: NOTES };
  await region.replaceAggregates(null);
  const probed = await runProbes(region, () => region.prepare(), { operations, scenarios, routes, visits });
  const unexpected = probed.unexpected.map(
    (words): Outcome => ({ name: 'a probe', state: 'failed', words, isBlackBox: false }),
  );
  return {
    outcomes: [...outcomes, ...unexpected],
    visits: [...visits, ...probed.visits],
    missing: probed.missing,
    notes: NOTES,
  };
}

async function replayed(region: RemoteRegion, scenario: Scenario, visits: Visit[]): Promise<Outcome> {
  let fixture: Fixture | null = null;
  try {
    await region.replaceAggregates(inZone(scenario) ? 'us-west' : null);
    fixture = await region.prepare();
    await replay({ app: region.app, inside: null }, fixture, scenario, (visit) => visits.push(visit));
    return outcomeOf(scenario, 'passed', '');
  } catch (error) {
    return outcomeOf(scenario, 'failed', error instanceof Error ? error.message : String(error));
  } finally {
    if (fixture !== null) await region.clear(fixture);
  }
}

/** Why a scenario cannot be replayed from outside. */
function needsInside(scenario: Scenario): string | undefined {
  const bindings = bindingsOf(scenario) ?? [];
  if (bindings.some((one) => one.prepare !== undefined || one.beforeStep !== undefined)) {
    return 'needs the inside of a region';
  }
  if (scenario.steps.some(({ method, path }) => method !== 'GET' && /^\/images\/.*metadata/.test(path ?? ''))) {
    return 'changes an image of another project, which the recording allows to everybody';
  }
  if (scenario.steps.some(({ path }) => /^\/os-aggregates\/1\b/.test(path ?? ''))) {
    return 'names an aggregate by the number 1, which only a new region gives';
  }
  return JSON.stringify(scenario).includes(NEIGHBOUR) ? 'names a server by an id that no client can choose' : undefined;
}
