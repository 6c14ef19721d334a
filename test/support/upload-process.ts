import { Readable } from 'node:stream';
import { Secret } from '#platform/config/secret.ts';
import { openDatabase } from '#platform/database/database.ts';
import { getImage } from '#platform/directory/stores/images.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { uploadImage } from '../../api/image/images/upload.ts';
import { FileImageStore } from '../../api/image/store/file-image-store.ts';
import type { ImageStore } from '../../api/image/store/image-store.ts';

/** A process that uploads an image as an api process does, and stops at a step, which it prints; its test kills it there. */
export const UPLOAD_STEPS = ['begun', 'receiving', 'received', 'kept', 'completed', 'done'] as const;
type Step = (typeof UPLOAD_STEPS)[number];

export interface UploadProcess {
  readonly database: { readonly host: string; readonly port: number; readonly user: string; readonly database: string };
  readonly folder: string;
  readonly imageId: string;
  readonly stopAt: Step;
  readonly text: string;
}

async function upload({ database, folder, imageId, stopAt, text }: UploadProcess): Promise<void> {
  // Keeps the process alive while it does nothing.
  setInterval(() => undefined, 60_000);
  const reach = async (step: Step): Promise<void> => {
    if (step !== stopAt) return;
    process.stdout.write(`${step}\n`);
    await new Promise(() => undefined);
  };
  const directory = openDatabase<DirectoryTables>({ ...database, password: new Secret(''), poolSize: 2 });
  const store = new FileImageStore(folder);
  const receive: ImageStore['receive'] = async (...given) => {
    await reach('begun');
    const pending = await store.receive(...given);
    return {
      ...pending,
      keep: async () => {
        await reach('received');
        await pending.keep();
        await reach('kept');
      },
      showToOldReleases: async () => {
        await reach('completed');
        await pending.showToOldReleases();
      },
    };
  };
  const imageStore = { receive } as ImageStore;
  const source = Readable.from(
    (async function* () {
      yield Buffer.from(text.slice(0, 3));
      await reach('receiving');
      yield Buffer.from(text.slice(3));
    })(),
  );
  const config = { imageMaxMb: 1, imageCountTotal: -1, imageSizeTotalMb: 1, imageCountUploading: 1 };
  const deps = { directory, imageStore, clock: systemClock, log: silentLogger, config };
  const image = await getImage(directory.read, { projectId: '', isAdmin: true }, imageId);
  const signal = new AbortController().signal;
  await uploadImage(deps as never, image, { source, announcedBytes: text.length, signal });
  await reach('done');
}

if (process.argv[1] === import.meta.filename) await upload(JSON.parse(process.argv[2] ?? '') as UploadProcess);
