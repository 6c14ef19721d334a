import { copyFile, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeGuestImage } from '../../../deploy/local/guest-image/guest-image.ts';
import { runCommand } from '../../../deploy/local/run-command.ts';
import { TEST_CACHE } from '../lone-cell.ts';

const SOURCES = import.meta.dirname;
const PARTITION_SIZE = '48M';
const PROGRAMS = ['usr/sbin/qemu-ga', 'usr/sbin/chpasswd', 'usr/bin/passwd', 'usr/bin/busybox', 'bin/busybox'];

/** The guest image with Debian's QEMU guest agent, its `chpasswd` with PAM, and a root file system (ext4) on the disk for them. */
export const makeAgentGuestImage = (): Promise<string> =>
  makeGuestImage(TEST_CACHE, { name: 'agent-guest', sources: SOURCES, packages, dataPartition });

/** The agent, `chpasswd`, and the libraries that they need. */
async function packages(): Promise<readonly string[]> {
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const { stdout } = await runCommand('apt-cache', [
    ...['depends', '--recurse', ...kinds, 'qemu-guest-agent', 'passwd', 'libpam-modules'],
  ]);
  const names = stdout.split('\n').filter((name) => /^(lib|zlib1g|qemu-guest-agent|passwd)/.test(name));
  return [...new Set(names)].filter((name) => !name.includes('perl') && !name.includes('debian'));
}

async function dataPartition(unpacked: string, work: string): Promise<string> {
  const root = join(work, 'agent-root');
  for (const folder of ['bin', 'sbin', 'etc/pam.d', 'run', 'tmp', 'proc', 'sys', 'dev', 'root', 'lib64']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const names = await readdir(unpacked, { recursive: true });
  for (const name of names.filter((one) => PROGRAMS.includes(one) || isLibrary(one))) {
    // All of `/lib` is `/usr/lib`, as on the systems for which the packages are.
    const target = join(root, name.replace(/^usr\/lib\//, 'lib/'));
    await mkdir(dirname(target), { recursive: true });
    await cp(join(unpacked, name), target, { verbatimSymlinks: true });
  }
  await symlink('/lib', join(root, 'usr/lib'));
  await symlink('../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', join(root, 'lib64/ld-linux-x86-64.so.2'));
  // Without it the agent sets no clock.
  await symlink('/bin/busybox', join(root, 'sbin/hwclock'));
  for (const script of ['guest-main', 'fsfreeze-hook']) await copyFile(join(SOURCES, script), join(root, script));
  for (const [path, text] of Object.entries(FILES)) {
    await writeFile(join(root, path), text, { mode: basename(path) === 'shadow' ? 0o600 : 0o644 });
  }
  const partition = join(work, 'agent-root.ext4');
  await runCommand('mke2fs', ['-q', '-t', 'ext4', '-d', root, '-E', 'root_owner=0:0', partition, PARTITION_SIZE]);
  return partition;
}

const isLibrary = (name: string): boolean =>
  /(^|\/)lib\/x86_64-linux-gnu\/(security\/)?[^/]+\.so(\.[0-9.]+)?$/.test(name);

const FILES = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nadmin:x:1000:1000:admin:/root:/bin/sh\n',
  'etc/shadow': 'root:*:19000:0:99999:7:::\nadmin:*:19000:0:99999:7:::\n',
  'etc/group': 'root:x:0:\nadmin:x:1000:\n',
  'etc/login.defs': 'ENCRYPT_METHOD SHA512\n',
  'etc/pam.d/chpasswd': 'password required pam_unix.so obscure sha512\n',
};
