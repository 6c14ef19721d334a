import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bin } from '../../deploy/checks/programs.ts';
import { scriptOptions } from '../support/script-options.ts';
import { loadOperations } from './nova-operations.ts';
import type { Results } from './outcome.ts';
import { report } from './report.ts';
import { loadScenarios } from './scenarios.ts';

const HELP = `npm run conformance -- [options]

Replays the scenarios that were recorded from Nova against a region that it starts, and sends a request for each operation of Nova at its
lowest and its highest microversion. Prints each scenario that did not pass with its step and the difference, or the reason why it was
skipped, and each operation that was not exercised. The exit status is 1 when a scenario failed.

  --data DIR     the recorded scenarios.jsonl and routes.json (../shared/conformance, or VOLVOX_CONFORMANCE)
  --only TEXT    only scenarios whose name has this text; no operations
  --verbose      print what passed, and what stands for the fixtures of the recording
  --log          print what the replay prints, as it goes
`;

const options = scriptOptions(HELP, {
  data: { type: 'string', default: process.env.VOLVOX_CONFORMANCE ?? '../shared/conformance' },
  only: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  log: { type: 'boolean', default: false },
});

const data = resolve(options.data);
const operations = loadOperations(data);
if (operations === null || loadScenarios(data) === null) {
  process.stderr.write(`${data} has no scenarios.jsonl and routes.json; --data names the folder that has them.\n`);
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), 'volvox-conformance-'));
try {
  const file = join(folder, 'results.json');
  process.stdout.write('Replaying; this takes some minutes.\n');
  const output = await replayInto(file);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    process.stderr.write(`${output}\nThe replay did not end.\n`);
    process.exitCode = 1;
  } else {
    const results = JSON.parse(text) as Results;
    process.stdout.write(report(results, operations, options.verbose));
    process.exitCode = results.outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** @returns what the replay printed. */
async function replayInto(file: string): Promise<string> {
  const environment = {
    ...process.env,
    VOLVOX_CONFORMANCE: data,
    VOLVOX_CONFORMANCE_RESULTS: file,
    ...(options.only === undefined ? {} : { VOLVOX_CONFORMANCE_ONLY: options.only }),
  };
  const args = ['run', '--project', 'contract', 'test/contract/conformance.test.ts'];
  const child = spawn(bin('vitest'), args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      if (options.log) process.stdout.write(bytes);
      output = `${output}${bytes.toString()}`.slice(-20_000);
    });
  }
  const end = () => child.kill('SIGINT');
  process.on('SIGINT', end).on('SIGTERM', end);
  await new Promise((done) => child.once('close', done));
  process.off('SIGINT', end).off('SIGTERM', end);
  return output;
}
