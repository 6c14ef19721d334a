import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { installCommand, installPackages, liftLeftBan, whyNotInstallable } from './debian.mjs';
import { searchPath } from './search-path.mjs';

/** Debian's package for each program, or for a file by its path where a package has no program. */
const PACKAGE_OF = {
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  'redis-server': 'redis-server',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  dnsmasq: 'dnsmasq-base',
  nft: 'nftables',
  'genisoimage|mkisofs|xorriso': 'genisoimage',
  ip: 'iproute2',
  openstack: 'python3-openstackclient',
  nova: 'python3-novaclient',
  '/usr/lib/python3/dist-packages/osc_placement/__init__.py': 'python3-osc-placement',
  ruby: 'ruby',
  '/usr/lib/python3/dist-packages/libcloud/__init__.py': 'python3-libcloud',
  '/usr/share/doc/ruby-fog-openstack/copyright': 'ruby-fog-openstack',
  busybox: 'busybox-static',
  cpio: 'cpio',
  openssl: 'openssl',
  tcpdump: 'tcpdump',
  chromium: 'chromium',
  '/usr/lib/qemu/virtiofsd|/usr/libexec/virtiofsd': 'qemu-system-common',
};
/** Packages that give no program of ours but are needed beside one. */
const COMPANIONS = { 'mariadb-server-core': ['mariadb-client-core'] };
/** Installs what is missing. @throws before anything is installed when it cannot, saying what is missing and what helps. */
export async function ensurePrograms(programs, progress) {
  process.env.PATH = searchPath(process.env.PATH);
  await liftLeftBan(progress);
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => PACKAGE_OF[program]))];
  const all = packages.flatMap((name) => [name, ...(COMPANIONS[name] ?? [])]);
  const reason = whyNotInstallable();
  if (reason !== null) {
    throw new Error(
      `missing: ${missing.join(', ')}.\n${reason}\nOn Debian this installs them:\n    ${installCommand(all)}\n` +
        'Nothing was started.',
    );
  }
  progress.say(`missing: ${missing.join(', ')}; installing ${all.join(' ')}`);
  await installPackages(all, progress);
  const still = programs.filter((program) => !isThere(program));
  if (still.length > 0) throw new Error(`still missing after installing: ${still.join(', ')}`);
}

function isThere(alternatives) {
  return alternatives.split('|').some((one) => (isAbsolute(one) ? existsSync(one) : isOnPath(one)));
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    const path = join(folder, program);
    if (!existsSync(path)) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
