import { openFile } from './unfollowed.ts';

/** The last bytes of a file, at most `maxBytes`, however long the file is; empty: it does not exist. */
export async function readTail(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
