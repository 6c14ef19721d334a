import { Command, InvalidArgumentError, Option } from 'commander';
import { clean } from './clean.ts';
import { detachedStart } from './detached-start.ts';
import { homeAt } from './home.ts';
import { createProgress } from './progress.ts';
import { LocalRegion } from './region.ts';
import { showStatus, stopRegion } from './region-control.ts';
import { MAX_CELLS, MAX_HOSTS, type RegionOptions } from './settings-for.ts';
import { STORE_WAYS, type StoreWay } from './store-sockets.ts';
import { summary } from './summary.ts';
import { untilTold } from './until-told.ts';

interface Flags {
  readonly home: string;
  readonly cache?: string;
  readonly cells?: number;
  readonly hosts?: number;
  readonly simulate?: number;
  readonly portBase?: number;
  readonly stores?: StoreWay;
  readonly fromSources?: boolean;
  readonly fresh?: boolean;
  readonly detach?: boolean;
}

/** `npm start`: starts, stops or describes a local region. @returns the exit status. */
export async function runRegionCommand(args: readonly string[]): Promise<number> {
  const state = { status: 0 };
  const program = new Command('npm start --')
    .description('Run a whole region on this machine, for development: databases, services and cells.')
    .showHelpAfterError();
  const home = () => new Option('--home <dir>', 'the folder of the region').default('.volvox');
  const start = program
    .command('start', { isDefault: true })
    .description('start the region and run it until Ctrl-C; the next start keeps its data')
    .addOption(home())
    .option('--cells <n>', 'number of cells (default: as before, 2 in a new region)', count(1, MAX_CELLS))
    .addOption(
      new Option('--hosts <n>', 'QEMU hosts in each cell (default: as before, 1 in a new region)')
        .argParser(count(1, MAX_HOSTS))
        .conflicts('simulate'),
    )
    .option('--simulate <hosts>', 'simulated hosts instead of QEMU, spread over the cells', count(1, 100_000))
    .option('--port-base <port>', 'first port of the region (default 8770; 0: free ports)', count(0, 65_000))
    .option('--cache <dir>', 'folder for files that regions can share, such as the guest image (default: in the home)')
    .addOption(
      new Option(
        '--stores <way>',
        'how processes reach databases and Redis: by socket files, or over TLS on loopback (default: as before, socket in a new region)',
      ).choices(STORE_WAYS),
    )
    .option('--from-sources', 'run the services from their sources: a slower start, and errors that name source lines')
    .option('--fresh', 'delete the existing region and create a new one')
    .option('--detach', 'run the region in the background')
    .action(async (flags: Flags) => {
      state.status = flags.detach
        ? await detachedStart(homeAt(flags.home), args, createProgress(print, startedAt()))
        : await runRegion(flags);
    });
  program
    .command('stop')
    .description('stop the region that runs in the background or in another terminal, or end what a killed one left')
    .addOption(home())
    .action(async (flags: Flags) => {
      state.status = await stopRegion(homeAt(flags.home), print);
    });
  program
    .command('clean')
    .description('remove what regions have left on this machine whose folder is gone')
    .action(async () => {
      state.status = await clean(print);
    });
  program
    .command('status')
    .description('show the processes of the region')
    .addOption(home())
    .option('--json', 'print JSON')
    .action((flags: Flags & { json?: boolean }) => {
      state.status = showStatus(homeAt(flags.home), flags.json ?? false, print);
    });
  program.addHelpText('after', () => `\nStart:\n${start.helpInformation()}`);
  await program.parseAsync([...args], { from: 'user' });
  return state.status;
}

const print = (text: string): void => {
  process.stdout.write(text);
};

async function runRegion(flags: Flags): Promise<number> {
  const progress = createProgress(print, startedAt());
  const region = new LocalRegion(regionOptions(flags), progress);
  const told = untilTold(progress);
  try {
    const first = await Promise.race([region.start().then(() => 'running' as const), told]);
    if (first === 'running') {
      print(summary(region));
      await told;
    }
    return 0;
  } catch (error) {
    progress.say(`cannot start: ${(error as Error).message}`);
    return 1;
  } finally {
    if (await region.stop()) progress.say('stopped');
  }
}

/** The bootstrap began earlier than this process. */
const startedAt = (): number => Number(process.env.VOLVOX_BOOTSTRAP_STARTED_AT ?? Date.now());

const regionOptions = (flags: Flags): RegionOptions => ({
  home: flags.home,
  cache: flags.cache ?? null,
  cells: flags.cells ?? null,
  hosts: flags.hosts ?? null,
  simulatedHosts: flags.simulate ?? null,
  portBase: flags.portBase ?? null,
  stores: flags.stores ?? null,
  fresh: flags.fresh ?? false,
  fromSources: flags.fromSources ?? false,
});

function count(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
  };
}
