import { type Command, InvalidArgumentError } from 'commander';
import type { NewSimulation } from '../client/views.ts';
import { openSession } from './session.ts';
import { simulationText } from './simulation-view.ts';

interface SimulateFlags {
  readonly loseCell?: string;
  readonly addHosts?: number;
  readonly like?: string;
  readonly cell?: string;
  readonly vcpus?: number;
  readonly memory?: number;
  readonly disk?: number;
  readonly weights?: Readonly<Record<string, number>>;
  readonly everything?: true;
}

/** `volvox simulate`: what would become of the servers that exist. Changes nothing. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('replay the requests of all servers in a region that is changed, and show headroom by cell (admin)')
    .option('--lose-cell <cell>', 'the cell is gone')
    .option('--add-hosts <n>', 'there are so many hosts more (with --like or --cell)', wholeNumber)
    .option('--like <host>', 'the added hosts are like this one')
    .option('--cell <cell>', 'the added hosts are in this cell (default: where the host of --like is)')
    .option('--vcpus <n>', 'VCPUs of each added host', wholeNumber)
    .option('--memory <mb>', 'memory of each added host, in MB', wholeNumber)
    .option('--disk <gb>', 'disk of each added host, in GB', wholeNumber)
    .option('--weights <list>', 'multipliers of weighers: ram=2,disk=-1; all servers are placed anew', multipliers)
    .option('--everything', 'place all servers anew, on empty hosts')
    .action(async (flags: SimulateFlags, command: Command) => {
      const { addHosts, like, cell, vcpus, memory, disk } = flags;
      if (addHosts === undefined && [like, cell, vcpus, memory, disk].some((flag) => flag !== undefined))
        command.error('error: --like, --cell, --vcpus, --memory and --disk describe the hosts of --add-hosts');
      const { api, show, say, missing, json } = await openSession(program, 'admin');
      const { simulation } = await api.call('federation', 'POST /v1/simulations', { body: bodyOf(flags) });
      missing(simulation.silentCells);
      if (json) show({ ...simulation });
      else say(simulationText(simulation).trimEnd());
    });
}

function bodyOf({ loseCell, addHosts, weights, everything, ...hosts }: SimulateFlags): NewSimulation {
  const { like, cell, vcpus, memory: ramMb, disk: diskGb } = hosts;
  const described = Object.entries({ like, cell, vcpus, ramMb, diskGb }).filter(([, value]) => value !== undefined);
  return {
    ...(loseCell === undefined ? {} : { loseCell }),
    ...(addHosts === undefined ? {} : { addHosts: { count: addHosts, ...Object.fromEntries(described) } }),
    ...(weights === undefined ? {} : { multipliers: weights }),
    ...(everything === undefined ? {} : { everything }),
  };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1) return number;
  throw new InvalidArgumentError('expected a whole number of at least 1');
}

function multipliers(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [, name = '', value] = /^([A-Za-z]+)=(-?\d+(?:\.\d+)?)$/.exec(pair.trim()) ?? [];
      if (value === undefined) throw new InvalidArgumentError(`expected name=number, got ${JSON.stringify(pair)}`);
      return [name, Number(value)];
    }),
  );
}
