import type { LocalRegion } from '../../deploy/local/region.ts';
import { keepAway, killHard } from '../support/strikes.ts';
import type { Work } from './work.ts';

/** One fault: the work in progress when it strikes, and what it is. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly work: Work['kind'];
  /** What OpenStack Nova 26.2 made of 50 builds, in one run on a machine of this size: ACTIVE / ERROR / stuck for good; and what was left. */
  readonly nova: string;
  /** Strikes, and returns when what it struck works again. */
  readonly strike: (region: LocalRegion) => Promise<void>;
}

const NOT_MEASURED = 'not measured';

export const FAULTS: readonly Fault[] = [
  {
    name: 'cell-conductor',
    title: 'cell conductor killed',
    work: 'build',
    nova: '48 / 1 / 1',
    strike: (region) => killHard(region, ['cell-1-conductor']),
  },
  {
    name: 'scheduler',
    title: 'scheduler killed',
    work: 'build',
    nova: '39 / 11 / 0; 5 allocations held',
    strike: (region) => killHard(region, ['scheduler']),
  },
  {
    name: 'cell-queue',
    title: "a cell's queue away for 35 s",
    work: 'build',
    nova: '50 / 0 / 0',
    strike: (region) => keepAway(region, 'cell-1-redis', 35_000),
  },
  {
    name: 'global-queue',
    title: 'the global queue away for 35 s',
    work: 'build',
    nova: '50 / 0 / 0',
    strike: (region) => keepAway(region, 'global-redis', 35_000),
  },
  {
    name: 'cell-database',
    title: "a cell's database away for 20 s",
    work: 'build',
    nova: '33 / 0 / 17; a server without a claim, a claim without a server',
    strike: (region) => keepAway(region, 'cell-1-mariadb', 20_000),
  },
  {
    name: 'super-conductor',
    title: 'super-conductor killed',
    work: 'build',
    nova: '37 / 0 / 13; 12 claims for servers in no cell',
    strike: (region) => killHard(region, ['super-conductor']),
  },
  {
    name: 'computes',
    title: 'all computes of a cell killed',
    work: 'build',
    nova: '50 / 0 / 0',
    strike: (region) => killHard(region, ['cell-1-compute']),
  },
  {
    name: 'super-conductor-resizes',
    title: 'super-conductor killed during 20 resizes',
    work: 'resize',
    nova: NOT_MEASURED,
    strike: (region) => killHard(region, ['super-conductor']),
  },
  {
    name: 'super-conductor-moves',
    title: 'super-conductor killed during 20 moves',
    work: 'move',
    nova: NOT_MEASURED,
    strike: (region) => killHard(region, ['super-conductor']),
  },
];
