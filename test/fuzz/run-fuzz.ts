import { bin, runInherited } from '../../deploy/checks/programs.ts';
import { scriptOptions } from '../support/script-options.ts';

const HELP = `npm run test:fuzz -- [options]

Sends odd values into every field, query, header and path of every declared route of every API, with and without a token, to a region
in this process. Nothing may answer 5xx, hang, or answer more than was asked for. Every answer is checked against its route's schema.

  --requests N   how many (100000)
  --seed S       the seed (1); the same seed makes the same requests
  --parallel P   how many at once (8)
  --api NAME     one API only
`;

const options = scriptOptions(
  HELP,
  {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '8' },
    api: { type: 'string' },
  },
  { counts: ['requests', 'seed', 'parallel'] },
);

process.exitCode = await runInherited(bin('vitest'), ['run', '--project', 'fuzz', '--testTimeout=7200000'], {
  ...process.env,
  VOLVOX_FUZZ_REQUESTS: options.requests,
  VOLVOX_FUZZ_SEED: options.seed,
  VOLVOX_FUZZ_PARALLEL: options.parallel,
  VOLVOX_FUZZ_API: options.api ?? '',
});
