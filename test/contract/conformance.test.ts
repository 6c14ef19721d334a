import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINDINGS } from './bindings.ts';
import { CORRECTIONS } from './corrections.ts';
import { adoptNeighbour, emptyAggregates, FIXED_VALUES, prepare, seedNeighbour, seedZone } from './fixtures.ts';
import { type Region, startRegion } from './region.ts';
import { replay } from './replay.ts';
import { conformanceFolder, loadScenarios, type Scenario } from './scenarios.ts';
import { skipReason } from './skipped.ts';

const folder = conformanceFolder();
const scenarios = loadScenarios(folder);
const only = process.env.VOLVOX_CONFORMANCE_ONLY;

describe.skipIf(scenarios === null)('scenarios recorded from Nova', () => {
  const all = scenarios ?? [];
  const skipped = all.filter((scenario) => skipReason(scenario) !== undefined);
  const chosen = all.filter(
    (scenario) => skipReason(scenario) === undefined && (only === undefined || scenario.name.includes(only)),
  );
  const inZone = (scenario: Scenario) => JSON.stringify(scenario).includes('us-west');
  let region: Region;

  beforeAll(async () => {
    region = await startRegion();
    await seedNeighbour(region);
  });
  afterAll(async () => {
    await region?.stop();
    process.stdout.write(`${report(all, chosen, skipped)}\n`);
  });

  describe.runIf(chosen.some((one) => !inZone(one)))('without zones', () => {
    for (const scenario of chosen.filter((one) => !inZone(one))) {
      it(scenario.name, async () => {
        await emptyAggregates(region);
        region.silence(false);
        region.migrateTo(null);
        const fixture = await prepare(region);
        await adoptNeighbour(region, fixture);
        await replay(region, fixture, scenario);
      });
    }
  });

  describe.runIf(chosen.some(inZone))('in a zone', () => {
    beforeAll(async () => {
      await emptyAggregates(region);
      await seedZone(region);
    });
    for (const scenario of chosen.filter(inZone)) {
      it(scenario.name, async () => {
        region.silence(false);
        region.migrateTo(null);
        const fixture = await prepare(region);
        await adoptNeighbour(region, fixture);
        await replay(region, fixture, scenario);
      });
    }
  });

  it('skips by name, and only what there is', () => {
    expect(chosen.length + skipped.length).toBe(only === undefined ? all.length : chosen.length + skipped.length);
    expect(chosen.length).toBeGreaterThan(0);
  });
});

function report(all: readonly Scenario[], chosen: readonly Scenario[], skipped: readonly Scenario[]): string {
  const reasons = new Map<string, number>();
  for (const scenario of skipped) {
    const reason = skipReason(scenario) ?? '';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [
    `conformance: ${all.length} scenarios, ${chosen.length} replayed, ${skipped.length} skipped`,
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  ${count} skipped: ${reason}`),
    'members in which a fault asks for something else than was recorded:',
    ...CORRECTIONS.map(({ cause, reason }) => `  ${cause}: ${reason}`),
    'stubs inside Nova, and what stands for them:',
    ...BINDINGS.map(({ here }) => `  ${here}`),
    'fixture values of the recording, and what stands for them:',
    ...FIXED_VALUES.map(({ recorded, here }) => `  ${JSON.stringify(String(recorded))} = ${here}`),
  ].join('\n');
}
