import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryCommand } from '../../../../cell/agent/run-command.ts';
import { runConfined } from '../../../../cell/compute/drivers/qemu/confined-command.ts';
import { DiskImages } from '../../../../cell/compute/drivers/qemu/disk-image.ts';

const isRoot = process.getuid?.() === 0;
const uid = isRoot ? 222_222 : null;
const LIMITS = { cpuSeconds: 1, wallMs: 20_000 };

describe('a program that reads what users made', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'volvox-confined-'));
    await mkdir(join(dir, 'own'));
    if (uid !== null) await chown(join(dir, 'own'), 0, uid);
    await chmod(join(dir, 'own'), 0o710);
  });
  afterEach(() => rm(dir, { recursive: true }));
  const run = (script: string, limits: Partial<typeof LIMITS> = {}) =>
    runConfined('sh', ['-c', script], { uid, cwd: join(dir, 'own'), ...LIMITS, ...limits });

  it.skipIf(!isRoot)('has no user, group or privilege of the agent', async () => {
    expect(await run('id -u; id -g; id -G')).toBe('222222\n222222\n222222\n');
    const status = await run('cat /proc/self/status');
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    await expect(run(`cat ${dir}/own`)).rejects.toMatchObject({ message: /Permission denied/ });
    await expect(run('touch made')).rejects.toMatchObject({ message: /Permission denied/ });
  });

  it.skipIf(!isRoot)('reaches no network of the host', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const connect = `: < /dev/tcp/127.0.0.1/${port}`;
      expect(await tryCommand('bash', ['-c', connect])).toMatchObject({ status: 0 });
      expect(await run(`bash -c '${connect}' 2>&1 || true`)).toMatch(/unreachable/);
    } finally {
      server.close();
    }
  });

  it.skipIf(!isRoot)('leaves no process behind, whether it ends or is ended', async () => {
    /** Without those that have ended and that nobody has waited for yet. */
    const left = async () => (await tryCommand('sh', ['-c', `ps -o stat=,cmd= -U ${uid} | grep -v '^Z'`])).stdout;
    await run('setsid sleep 300 > /dev/null 2>&1 & true');
    await expect.poll(left).toBe('');
    await expect(run('setsid sleep 300 & sleep 300', { wallMs: 500 })).rejects.toMatchObject({
      kind: 'deadline-exceeded',
    });
    await expect.poll(left).toBe('');
  });

  it('ends when it computes too long, or takes too long', async () => {
    await expect(run('while :; do :; done')).rejects.toMatchObject({ kind: 'internal' });
    await expect(run('sleep 20', { wallMs: 300 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
  });

  it('gets a gigabyte of memory and 64 files, and leaves no core', async () => {
    expect(await run('ulimit -v; ulimit -n; ulimit -c')).toBe('1048576\n64\n0\n');
  });

  it.skipIf(!isRoot)('inspects an image that it can read and no one else, and changes none', async () => {
    const image = join(dir, 'own', 'image');
    await writeFile(image, Buffer.alloc(1024 * 1024), { mode: 0o600 });
    const images = new DiskImages(uid);
    await expect(images.checkUploaded(image, 'raw')).rejects.toMatchObject({ kind: 'invalid' });
    await chown(image, 0, 222_222);
    await chmod(image, 0o640);
    expect(await images.checkUploaded(image, 'raw')).toEqual({ format: 'raw', virtualBytes: 1024 * 1024 });
    await expect(images.grow(image, 2 * 1024 * 1024)).rejects.toMatchObject({ kind: 'internal' });
  });

  it('says that it cannot be run, and blames no image for it', async () => {
    const images = new DiskImages(uid, '/no/such/qemu-img');
    await expect(images.probe(dir)).rejects.toThrow(/no\/such\/qemu-img/);
  });
});
