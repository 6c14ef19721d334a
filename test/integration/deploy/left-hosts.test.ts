import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { hostNamespace } from '../../../deploy/local/left-hosts.ts';

const run = promisify(execFile);
const MAIN = resolve(import.meta.dirname, '../../../deploy/local/main.ts');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: network namespaces need root');

const there = mkdtempSync(join(tmpdir(), 'volvox-there-'));
const gone = join(tmpdir(), 'volvox-gone');
afterAll(() => rmSync(there, { recursive: true, force: true }));

const [ofGone, ofThere] = [gone, there].map((root) => hostNamespace(root, 'cell-1'));
/** No process tells whose it is. */
const OF_NOBODY = 'volvox-0a1b2c-cell-2';
/** Others' namespaces; by its name the second one comes last in every list. */
const FOREIGN = ['tenant-1', 'volvox-zone-7'];

/**
 * In namespaces of processes and of mounts of its own, where nothing of the machine's other regions is seen: two regions that were killed,
 * of which one has lost its folder, and what others have made.
 */
const SCRIPT = `
mount -t tmpfs tmpfs /run
node=$1 main=$2 gone=$3 there=$4 ofGone=$5 ofThere=$6
shift 6
for name in "$ofGone" "$ofGone-metadata" "$ofGone-12345678-ab" "$ofGone-rt12345678-cd" "$ofThere" "$ofThere-metadata" "$@"; do ip netns add "$name"; done
mkdir -p "/run/volvox-network/$ofGone/dhcp/brq12345678-ab" "/run/volvox-network/$ofThere"
VOLVOX_REGION_HOME=$gone sleep 600 &
ofGone=$!
VOLVOX_REGION_HOME=$there sleep 600 &
ofThere=$!
look() {
  lives=''
  for one in "$ofGone gone" "$ofThere there"; do
    if [ -e "/proc/\${one% *}" ] && ! grep -q zombie "/proc/\${one% *}/status"; then lives="$lives \${one#* }"; fi
  done
  echo "$1:" $(ls /run/netns) + $(ls /run/volvox-network) + $lives
}
"$node" "$main" clean
look cleaned
"$node" "$main" stop --home "$there"
look stopped
"$node" "$main" stop --home "$there"
`;

test.skipIf(!isRoot)(
  'what regions without a folder left goes, and what a killed region left when it is stopped',
  async () => {
    const inside = ['--mount', '--pid', '--fork', '--mount-proc', 'sh', '-ec', SCRIPT, 'sh'];
    const names = [ofGone, ofThere, OF_NOBODY, ...FOREIGN].map(String);
    const { stdout } = await run('unshare', [...inside, process.execPath, MAIN, gone, there, ...names], {
      timeout: 60_000,
    });
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain(`${gone} is gone; ending what its region left`);
    expect(lines).toContain(`${OF_NOBODY}: removed`);
    expect(lines).toContain(`cleaned: tenant-1 ${ofThere} ${ofThere}-metadata volvox-zone-7 + ${ofThere} + there`);
    expect(lines).toContain(`the region in ${there} was killed; ending what it left`);
    expect(lines).toContain('stopped: tenant-1 volvox-zone-7 + +');
    expect(lines.at(-2)).toBe(`no region runs in ${there}`);
  },
);
