import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHostNodes } from '../../../../../../cell/compute/drivers/qemu/host-nodes.ts';

let folder: string;
const status = () => join(folder, 'status');
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

/** Two nodes of two cores with two threads each; the second one has huge pages. CPU 7 is not for this process. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-nodes-'));
  await write('status', 'Name:\tnode\nCpus_allowed_list:\t0-6\n');
  await write('node/online', '0-1\n');
  for (const [id, cpus] of ['0-1,4-5', '2-3,6-7'].entries()) {
    await write(`node/node${id}/cpulist`, `${cpus}\n`);
    await write(`node/node${id}/meminfo`, `Node ${id} MemTotal:       4194304 kB\nNode ${id} MemFree:        1 kB\n`);
    await write(`node/node${id}/hugepages/hugepages-2048kB/nr_hugepages`, `${id * 512}\n`);
    await write(`node/node${id}/hugepages/hugepages-1048576kB/nr_hugepages`, '0\n');
  }
  for (const cpu of [0, 1, 2, 3, 4, 5, 6, 7])
    await write(`cpu/cpu${cpu}/topology/thread_siblings_list`, `${cpu % 4},${(cpu % 4) + 4}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

it('reads CPUs, cores, memory and pages of each node', async () => {
  const small = 4_194_304 / 4;
  expect(await readHostNodes({ dedicated: [1, 5, 6], shared: null }, folder, status())).toEqual([
    {
      id: 0,
      dedicated: '1,5',
      shared: '0,4',
      cores: ['0,4', '1,5'],
      ramMb: 4_096,
      pages: [{ sizeKb: 4, total: small }],
    },
    {
      ...{ id: 1, dedicated: '6', shared: '2-3', cores: ['2,6', '3,7'], ramMb: 4_096 },
      pages: [
        { sizeKb: 4, total: small - 512 * 512 },
        { sizeKb: 2_048, total: 512 },
      ],
    },
  ]);
});

it('gives guests no CPU that neither list has, if both are set', async () => {
  const nodes = await readHostNodes({ dedicated: [1], shared: [0, 2] }, folder, status());
  expect(nodes?.map(({ dedicated, shared }) => [dedicated, shared])).toEqual([
    ['1', '0'],
    ['', '2'],
  ]);
});

it('refuses CPUs that are not here, and tells of nothing where the kernel does not', async () => {
  await expect(readHostNodes({ dedicated: [7], shared: null }, folder, status())).rejects.toThrow(
    'compute.dedicatedCpus names CPU 7, which this host does not have.',
  );
  expect(await readHostNodes({ dedicated: [], shared: null }, join(folder, 'cpu'), status())).toBeNull();
});
