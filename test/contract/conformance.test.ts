import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertImage } from '#platform/directory/stores/images.ts';
import { apisAsData } from '../../deploy/client/apis-as-data.ts';
import { anImage } from '../support/an-image.ts';
import type { Visit } from './coverage.ts';
import { adoptNeighbour, emptyAggregates, type Fixture, prepare, seedNeighbour, seedZone } from './fixtures.ts';
import { loadOperations } from './nova-operations.ts';
import { NOTES, type Outcome, outcomeOf, type Results } from './outcome.ts';
import { type Region, startRegion } from './region.ts';
import { replay } from './replay.ts';
import { runProbes } from './run-probes.ts';
import { conformanceFolder, inZone, loadScenarios, type Scenario } from './scenarios.ts';
import { skipReason } from './skipped.ts';

const folder = conformanceFolder();
const scenarios = loadScenarios(folder);
const operations = loadOperations(folder) ?? [];
const only = process.env.VOLVOX_CONFORMANCE_ONLY;
/** Where `npm run conformance` wants the results; only it sends probes. */
const resultsFile = process.env.VOLVOX_CONFORMANCE_RESULTS;

describe.skipIf(scenarios === null)('scenarios recorded from Nova', () => {
  const all = scenarios ?? [];
  const skipped = all.filter((scenario) => skipReason(scenario) !== undefined);
  const chosen = all.filter(
    (scenario) => skipReason(scenario) === undefined && (only === undefined || scenario.name.includes(only)),
  );
  const outcomes: Outcome[] = skipped.map((scenario) => outcomeOf(scenario, 'skipped', skipReason(scenario) ?? ''));
  const visits: Visit[] = [];
  const missing: string[] = [];
  let region: Region;

  beforeAll(async () => {
    region = await startRegion();
    await seedNeighbour(region);
  });
  afterAll(async () => {
    await region?.stop();
    const results: Results = { outcomes, visits, missing, notes: NOTES };
    if (resultsFile !== undefined) writeFileSync(resultsFile, JSON.stringify(results));
    else process.stdout.write(`${summary(all, chosen, skipped)}\n`);
  });

  const aFixture = async (): Promise<Fixture> => {
    region.silence(false);
    region.migrateTo(null);
    region.answerInstead(null);
    const fixture = await prepare(region);
    await adoptNeighbour(region, fixture);
    return fixture;
  };
  const replayed = async (scenario: Scenario) => {
    try {
      await replay({ app: region.app, inside: region }, await aFixture(), scenario, (visit) => visits.push(visit));
      outcomes.push(outcomeOf(scenario, 'passed', ''));
    } catch (error) {
      outcomes.push(outcomeOf(scenario, 'failed', error instanceof Error ? error.message : String(error)));
      throw error;
    }
  };

  const anotherImage = async ({ projectId }: Fixture): Promise<string> => {
    const image = anImage(new Date().toISOString(), { projectId });
    await region.directory.transaction((tx) => insertImage(tx, image, []));
    return image.id;
  };

  describe.runIf(chosen.some((one) => !inZone(one)))('without zones', () => {
    for (const scenario of chosen.filter((one) => !inZone(one))) {
      it(scenario.name, async () => {
        await emptyAggregates(region);
        await replayed(scenario);
      });
    }
  });

  describe.runIf(chosen.some(inZone))('in a zone', () => {
    beforeAll(async () => {
      await emptyAggregates(region);
      await seedZone(region);
    });
    for (const scenario of chosen.filter(inZone)) it(scenario.name, () => replayed(scenario));
  });

  it.runIf(resultsFile !== undefined && only === undefined)(
    'every operation answers at its lowest and its highest microversion',
    async () => {
      const routes = apisAsData().find(({ service }) => service.name === 'compute')?.routes ?? [];
      const probed = await runProbes({ app: region.app, anotherImage }, aFixture, {
        operations,
        scenarios: all,
        routes,
        visits,
      });
      visits.push(...probed.visits);
      missing.push(...probed.missing);
      expect(probed.unexpected).toEqual([]);
    },
    1_200_000,
  );

  it('skips by name, and only what there is', () => {
    expect(chosen.length + skipped.length).toBe(only === undefined ? all.length : chosen.length + skipped.length);
    expect(chosen.length).toBeGreaterThan(0);
  });
});

function summary(all: readonly Scenario[], chosen: readonly Scenario[], skipped: readonly Scenario[]): string {
  const reasons = new Map<string, number>();
  for (const scenario of skipped) {
    const reason = skipReason(scenario) ?? '';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [
    `conformance: ${all.length} scenarios, ${chosen.length} replayed, ${skipped.length} skipped`,
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  ${count} skipped: ${reason}`),
    ...NOTES,
  ].join('\n');
}
