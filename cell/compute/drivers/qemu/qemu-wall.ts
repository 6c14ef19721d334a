/**
 * What QEMU is started with besides its machine: the wall between a guest that took its process over and everything else. The fourth
 * wall, against the other guests of the host, is the user id.
 */

/**
 * The strictest sandbox of QEMU (seccomp): no obsolete system calls, no change of user, no new process or program, no change of
 * priorities. It sets `no_new_privs` too.
 */
const SANDBOX = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

/** Numbers of descriptors that the process inherits. */
const FIRST_FD = 3;

/** A disk of the machine that stands on a base image: the name of its file, and the format of the image. */
interface BasedDisk {
  readonly file: string;
  readonly baseFormat: string;
}

/** The base images are open already, for reading, one descriptor each: their files are closed to the guest's user. */
export const sandboxArguments = (disks: readonly BasedDisk[]): readonly string[] => [
  ...['-sandbox', SANDBOX],
  ...disks.flatMap((_, index) => ['-add-fd', `fd=${FIRST_FD + index},set=${index + 1}`]),
];

/** The memory is open too, after the base images. */
export const incomingArguments = (disks: readonly BasedDisk[]): readonly string[] => [
  ...['-S', '-incoming', `fd:${FIRST_FD + disks.length}`],
];

/** It waits for the state of another machine, and its processors stay halted. */
export const waitingArguments = (socket: string): readonly string[] => ['-S', '-incoming', `unix:${socket}`];

/**
 * The machine with its disks on their base images. `machine` is as `machineArguments` makes it, or as a guest of an earlier release was started:
 * what stood for its wall then is left out.
 */
export function onBase(machine: readonly string[], disks: readonly BasedDisk[], monitor: string): readonly string[] {
  return withoutFormerWall(machine).map((argument) => {
    const index = disks.findIndex(({ file }) => argument.startsWith(`file=${file},`));
    const disk = disks[index];
    if (disk !== undefined) return `${argument},${backing(disk, index + 1)}`;
    return argument.replace(/^(socket,id=monitor,path=)[^,]+/, `$1${monitor}`);
  });
}

const backing = ({ baseFormat }: BasedDisk, set: number): string =>
  `backing.driver=${baseFormat},backing.file.driver=file,backing.file.filename=/dev/fdset/${set}`;

/** `-runas`, `-sandbox` and `-pidfile` with their values; the agent's shell writes the pid now. */
const withoutFormerWall = (machine: readonly string[]): readonly string[] =>
  machine.filter((argument, at) => !isFormerWall(argument) && !isFormerWall(machine[at - 1]));

const isFormerWall = (argument: string | undefined): boolean =>
  argument !== undefined && ['-sandbox', '-runas', '-pidfile'].includes(argument);

/** Control groups by their paths; whether the machine needs `/dev/kvm`; whether it has taps. */
interface WallOptions {
  readonly uid: number;
  readonly networkNamespace: string;
  readonly cgroups: readonly string[];
  /** How long a file may become that the process writes; null: any length. */
  readonly fileBytes: number | null;
  /** The file that `writeMounts` wrote. */
  readonly mounts: string;
  readonly kvm: boolean;
  readonly taps: boolean;
  /** Device files of host devices (vfio-files.ts): name below `/dev`, major and minor number, with colons between them. */
  readonly deviceFiles?: readonly string[];
  /** How much memory the process may lock, KiB; null: what the agent may. */
  readonly lockedKb?: number | null;
}

/** Joins the control groups, whose folders are not to be seen from within a network namespace. */
const JOIN = `for cgroup in $1; do echo $$ > "$cgroup/cgroup.procs"; done
shift
exec "$@"
`;

/**
 * Makes a `/dev` that nobody else sees, of devices without power and those that QEMU opens by name, and hides the folders in which
 * everybody can make files and those of the host's sockets; then becomes the guest's user, for ever. What it makes nobody else can open,
 * no file of it becomes longer than `blocks`, and its memory is in no core dump.
 */
const CONFINE = `uid=$1 devices=$2 blocks=$3 mounts=$4 locked=$5
shift 5
umask 022
mount --all --fstab "$mounts"
mkdir /dev/net
mknod -m 0666 /dev/null c 1 3
mknod -m 0666 /dev/zero c 1 5
mknod -m 0444 /dev/random c 1 8
mknod -m 0444 /dev/urandom c 1 9
for device in $devices; do
  numbers="\${device#*:}"
  case "$device" in vfio/*) mkdir -p /dev/vfio ;; esac
  mknod -m 0600 "/dev/\${device%%:*}" c "\${numbers%%:*}" "\${numbers##*:}"
  chown "$uid:$uid" "/dev/\${device%%:*}"
done
umask 077
ulimit -c 0
ulimit -f "$blocks"
[ -z "$locked" ] || ulimit -l "$locked"
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all --no-new-privs -- "$@"
`;

/** The kernel's numbers of both (Documentation/admin-guide/devices.txt). */
const KVM = 'kvm:10:232';
const TUN = 'net/tun:10:200';
/** In which a shell counts the lengths of files (POSIX, ulimit). */
const BLOCK_BYTES = 512;

/** What stands before QEMU on its command line when the agent is root. The process keeps its pid through all of it. */
export function behindWall(options: WallOptions): readonly string[] {
  const { uid, networkNamespace, cgroups, fileBytes, mounts, kvm, taps, deviceFiles = [], lockedKb = null } = options;
  const blocks = fileBytes === null ? 'unlimited' : String(Math.ceil(fileBytes / BLOCK_BYTES));
  const devices = [...(kvm ? [KVM] : []), ...(taps ? [TUN] : []), ...deviceFiles];
  return [
    ...['/bin/sh', '-ec', JOIN, 'sh', cgroups.join(' ')],
    ...(networkNamespace === '' ? ['unshare', '--mount'] : ['ip', 'netns', 'exec', networkNamespace]),
    ...['/bin/sh', '-ec', CONFINE, 'sh', String(uid), devices.join(' '), blocks, mounts],
    lockedKb === null ? '' : String(lockedKb),
  ];
}
