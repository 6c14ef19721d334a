/** Programs of the system that the region itself runs, those of QEMU hosts, and those that only tests use. */
const STORES = ['mariadbd', 'mariadb-install-db', 'redis-server'];
const HOSTS = ['qemu-system-x86_64', 'qemu-img', 'dnsmasq', 'nft', 'ip'];
const TOOLS = ['openstack', 'busybox', 'cpio'];

/**
 * What a command needs and what it hands over to.
 * @returns {{ programs: string[], script: string, args: string[], needsRoot: boolean }}
 */
export function planFor(command, args) {
  const asksOnly = args.some((arg) => ['--help', '-h', 'stop', 'status', 'help'].includes(arg));
  const simulated = args.some((arg) => arg.startsWith('--simulate'));
  switch (command) {
    case 'start':
      return {
        programs: asksOnly ? [] : simulated ? STORES : [...STORES, ...HOSTS],
        script: 'deploy/local/main.ts',
        args,
        needsRoot: !simulated && !['--help', '-h', 'help'].some((word) => args.includes(word)),
      };
    case 'test':
      return { programs: [...STORES, ...HOSTS, ...TOOLS], script: 'deploy/checks/test.ts', args, needsRoot: false };
    case 'check':
      return { programs: [], script: 'deploy/checks/check.ts', args, needsRoot: false };
    case 'bench':
      return { programs: STORES, script: 'test/bench/bench.ts', args, needsRoot: false };
    default:
      throw new Error(`no command ${command}: there are start, test, check, bench`);
  }
}
