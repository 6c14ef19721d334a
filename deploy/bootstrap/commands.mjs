import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { REPOSITORY } from './node-modules.mjs';

/** Programs of the system that the region itself runs, those of QEMU hosts, and those that only tests use. `a|b`: either. A path: that file. */
const STORES = ['mariadbd', 'mariadb-install-db', 'redis-server'];
const HOSTS = ['qemu-system-x86_64', 'qemu-img', 'dnsmasq', 'nft', 'ip', 'genisoimage|mkisofs|xorriso'];
const SDKS = [
  '/usr/lib/python3/dist-packages/libcloud/__init__.py',
  'ruby',
  '/usr/share/doc/ruby-fog-openstack/copyright',
];
const PLACEMENT_COMMANDS = '/usr/lib/python3/dist-packages/osc_placement/__init__.py';
const TOOLS = ['openstack', 'nova', PLACEMENT_COMMANDS, ...SDKS, 'busybox', 'cpio', 'openssl', 'tcpdump', 'chromium'];

/** Gives a machine files of this one; of QEMU until 7.2, and of its own package since. */
const VIRTIOFSD = '/usr/lib/qemu/virtiofsd|/usr/libexec/virtiofsd';

/** The region's supervisor has little to do while the region runs: without these it keeps 40 MiB more. Also in deploy/local/detached-start.ts. */
const SUPERVISOR_FLAGS = ['--max-semi-space-size=2', '--optimize-for-size'];

/** Runs that are too long for `npm test`: the npm script's name, its file, and the programs it needs. */
const LONG_RUNS = {
  bench: { script: 'test/bench/bench.ts', programs: [...STORES, ...HOSTS] },
  'bench:cells': { script: 'test/bench/cells/cells.ts', programs: STORES },
  'bench:goals': { script: 'test/bench/goals/run-goals.ts', programs: STORES },
  'bench:lists': { script: 'test/bench/lists.ts', programs: ['mariadbd', 'mariadb-install-db'] },
  'bench:live': { script: 'test/bench/live-migrations.ts', programs: HOSTS },
  'bench:overload': { script: 'test/bench/overload/run-overload.ts', programs: STORES },
  conformance: { script: 'test/contract/run-conformance.ts', programs: STORES },
  docs: { script: 'deploy/docs/generate.ts', programs: [] },
  figures: { script: 'deploy/checks/print-figures.ts', programs: [] },
  generate: { script: 'deploy/client/generate.ts', programs: [] },
  profile: { script: 'test/profile/run-profile.ts', programs: STORES },
  routes: { script: 'test/fuzz/print-route-table.ts', programs: [] },
  simulate: { script: 'test/simulation/simulate.ts', programs: [] },
  'test:crash': { script: 'test/crash/run-crash.ts', programs: [...STORES, ...HOSTS] },
  'test:faults': { script: 'test/faults/run-faults.ts', programs: STORES },
  'test:floods': { script: 'test/floods/run-floods.ts', programs: STORES },
  'test:fuzz': { script: 'test/fuzz/run-fuzz.ts', programs: STORES },
  'test:moves': { script: 'test/moves/there-and-back.ts', programs: [...STORES, ...HOSTS] },
  'test:schedule': { script: 'test/bench/schedule-pairs.ts', programs: [] },
  'test:soak': { script: 'test/soak/run-soak.ts', programs: STORES },
  'test:vlan': { script: 'test/vlan/run-vlan.ts', programs: [...HOSTS, 'busybox', VIRTIOFSD] },
};

/**
 * What a command needs and what it hands over to.
 * @returns {{ programs: string[], script: string, args: string[], needsRoot: boolean, flags?: string[] }} `flags`: of Node.
 */
export function planFor(command, args) {
  const asksHelp = args.some((arg) => ['--help', '-h', 'help'].includes(arg));
  const regionIsThere = ['stop', 'status', 'clean'].some((word) => args.includes(word));
  const simulated = args.some((arg) => arg.startsWith('--simulate'));
  switch (command) {
    case 'start':
      return {
        programs: asksHelp || regionIsThere ? [] : simulated ? STORES : [...STORES, ...HOSTS],
        script: 'deploy/local/main.ts',
        flags: SUPERVISOR_FLAGS,
        args,
        needsRoot: !asksHelp && (regionIsThere ? args.includes('clean') || belongsToRoot(homeIn(args)) : !simulated),
      };
    case 'test':
      return { programs: [...STORES, ...HOSTS, ...TOOLS], script: 'deploy/checks/test.ts', args, needsRoot: false };
    case 'check':
      return { programs: [], script: 'deploy/checks/check.ts', args, needsRoot: false };
  }
  const run = LONG_RUNS[command];
  if (run === undefined)
    throw new Error(
      `unknown command ${command}; the commands are start, test, check, ${Object.keys(LONG_RUNS).join(', ')}`,
    );
  return { ...run, args, needsRoot: false };
}

function homeIn(args) {
  const at = args.findIndex((arg) => arg === '--home' || arg.startsWith('--home='));
  if (at < 0) return '.volvox';
  return args[at].includes('=') ? args[at].slice('--home='.length) : (args[at + 1] ?? '.volvox');
}

function belongsToRoot(folder) {
  try {
    return statSync(resolve(REPOSITORY, folder, 'settings.json')).uid === 0;
  } catch {
    return false;
  }
}
