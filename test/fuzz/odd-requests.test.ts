import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DeclaredApi, declaredApis } from '../../api/apis.ts';
import { faultTexts, fuzz } from './fuzz.ts';
import { type FuzzRegion, startFuzzRegion } from './fuzz-region.ts';

/** The short form; `npm run test:fuzz` sends more. */
const REQUESTS = Number(process.env.VOLVOX_FUZZ_REQUESTS ?? 6_000);
const SEED = Number(process.env.VOLVOX_FUZZ_SEED ?? 1);
const PARALLEL = Number(process.env.VOLVOX_FUZZ_PARALLEL ?? 8);
const ONLY = process.env.VOLVOX_FUZZ_API ?? '';

let fuzzed: FuzzRegion;
let apis: readonly DeclaredApi[];
beforeAll(async () => {
  fuzzed = await startFuzzRegion();
  apis = declaredApis(fuzzed.region.deps).filter(({ service }) => ONLY === '' || service.name === ONLY);
});
afterAll(() => fuzzed.region.stop());

it(`answers ${REQUESTS} odd requests without a 5xx, a hang or more than was asked for (seed ${SEED})`, async () => {
  const from = Date.now();
  const { region, tokens, pool, failures, restock } = fuzzed;
  const report = await fuzz({
    app: region.app,
    apis,
    tokens,
    pool,
    failures,
    restock,
    requests: REQUESTS,
    seed: SEED,
    parallel: PARALLEL,
  });
  const statuses = [...report.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(
    `fuzz: ${report.requests} requests at ${report.perTarget.size} routes and actions, ${report.faults.length} faults, ` +
      `${report.askedAgain} sent again after a 503, ` +
      `${((Date.now() - from) / 1_000).toFixed(0)} s; ${statuses.join(', ')}\n`,
  );
  expect(faultTexts(report.faults)).toEqual([]);
});
