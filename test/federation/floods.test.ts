import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiUrl } from '../../deploy/local/process-configs.ts';
import { openSetting } from '../floods/flood-setting.ts';
import { FLOODS } from '../floods/floods.ts';
import { type FloodOutcome, type FloodSetting, measureFlood } from '../floods/measure-flood.ts';
import { faultsOf } from '../floods/report.ts';
import { useTestRegion } from '../support/use-test-region.ts';

const CLIENTS = 32;
const FOR_MS = 1_500;

/** The short form of `npm run test:floods`: what holds on every machine, however slow. */
describe('while one project floods the region', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 4 }, 180_000);
  const opened: { setting?: FloodSetting; close?: () => Promise<void> } = {};
  beforeAll(async () => {
    const { settings } = region.region;
    const urls = { api: apiUrl(settings) };
    Object.assign(
      opened,
      await openSetting({ urls, supervisor: process }, settings, { clients: CLIENTS, forMs: FOR_MS }),
    );
  });
  afterAll(() => opened.close?.());

  const outcomes: FloodOutcome[] = [];
  it.each(FLOODS.map((flood) => [flood.name, flood] as const))(
    'with %s, each request of another project succeeds, and a refusal says when to try again',
    async (_name, flood) => {
      if (opened.setting === undefined) throw new Error('the setting is not open');
      const outcome = await measureFlood(flood, opened.setting);
      outcomes.push(outcome);
      expect(faultsOf(outcome)).toEqual([]);
      expect(outcome.gets.length).toBeGreaterThan(0);
    },
  );

  it('wrong passwords are refused after ten', () => {
    const statuses = outcomes.find(({ flood }) => flood === 'log-ins')?.statuses;
    expect(statuses?.get(429)).toBeGreaterThan(CLIENTS / 2);
    expect(statuses?.get(401)).toBeLessThan(CLIENTS / 2);
  });
});
