import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bin } from '../../deploy/checks/programs.ts';
import { scriptOptions } from '../support/script-options.ts';
import { loadOperations, type NovaOperation } from './nova-operations.ts';
import type { Results } from './outcome.ts';
import { replayRemote } from './replay-remote.ts';
import { report } from './report.ts';
import { loadScenarios, type Scenario } from './scenarios.ts';

const HELP = `npm run conformance -- [options]

Replays the scenarios that were recorded from Nova against a region that it starts, and sends a request for each operation of Nova at its
lowest and its highest microversion. Prints each scenario that did not pass with its step and the difference, or the reason why it was
skipped, and each operation that was not exercised. The exit status is 1 when a scenario failed.

  --region URL   a running region instead of one of its own, by its APIs alone; OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME name an
                 admin of it. A region with one simulated host fits: npm start -- --simulate 1 --cells 1
  --replace      needed with --region: the run deletes all flavors and aggregates of that region
  --data DIR     the recorded scenarios.jsonl and routes.json (../shared/conformance, or VOLVOX_CONFORMANCE)
  --only TEXT    only scenarios whose name has this text; no operations
  --verbose      print what passed, and what stands for the fixtures of the recording
  --log          print what the replay prints, as it goes
`;

const options = scriptOptions(HELP, {
  region: { type: 'string' },
  replace: { type: 'boolean', default: false },
  data: { type: 'string', default: process.env.VOLVOX_CONFORMANCE ?? '../shared/conformance' },
  only: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  log: { type: 'boolean', default: false },
});

const data = resolve(options.data);
const operations = loadOperations(data);
const scenarios = loadScenarios(data);
if (operations === null || scenarios === null) {
  process.stderr.write(`${data} has no scenarios.jsonl and routes.json; --data names the folder that has them.\n`);
  process.exit(2);
}
const results =
  options.region === undefined ? await inOwnRegion() : await inRegion(options.region, scenarios, operations);
if (results === null) process.exitCode = 1;
else {
  process.stdout.write(report(results, options.only === undefined ? operations : [], options.verbose));
  process.exitCode = results.outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
}

async function inRegion(url: string, all: readonly Scenario[], of: readonly NovaOperation[]): Promise<Results> {
  const { OS_USERNAME: user, OS_PASSWORD: password, OS_PROJECT_NAME: project } = process.env;
  if (!options.replace)
    refuse('--region deletes all flavors and aggregates of that region; --replace says that it may.');
  if (user === undefined || password === undefined || project === undefined)
    return refuse('Set OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME to those of an admin of the region.');
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const say = (line: string) => void (options.log && process.stdout.write(`${line}\n`));
  const given = { scenarios: all, operations: of, only: options.only, say };
  return replayRemote(url, { user, password, project }, given, stopping.signal);
}

function refuse(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}

/** Null: the replay did not end, and said why on stderr. */
async function inOwnRegion(): Promise<Results | null> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-conformance-'));
  try {
    const file = join(folder, 'results.json');
    process.stdout.write('Replaying; this takes some minutes.\n');
    const output = await replayInto(file);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text) as Results;
    process.stderr.write(`${output}\nThe replay did not end.\n`);
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
