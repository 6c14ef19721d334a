/** One entry of an initramfs. `mode` holds type and permission bits, as `stat` gives them. */
export interface ArchiveEntry {
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

export const directory = (path: string): ArchiveEntry => ({ path, mode: 0o040755, content: Buffer.alloc(0) });
export const file = (path: string, content: Buffer, mode = 0o644): ArchiveEntry => ({
  path,
  mode: 0o100000 | mode,
  content,
});
export const link = (path: string, target: string): ArchiveEntry => ({
  path,
  mode: 0o120777,
  content: Buffer.from(target),
});

/** The entries in the "newc" form of cpio, which Linux unpacks as its first root. Everything belongs to root; times are 0. */
export function cpioArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1));
  return Buffer.concat([...parts, ...record({ path: 'TRAILER!!!', mode: 0, content: Buffer.alloc(0) }, 0)]);
}

function record(entry: ArchiveEntry, inode: number): Buffer[] {
  const name = Buffer.from(`${entry.path}\0`);
  const fields = [inode, entry.mode, 0, 0, 1, 0, entry.content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`);
  return [header, name, padding(header.length + name.length), entry.content, padding(entry.content.length)];
}

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);
