import type { ApiClient } from '../../deploy/client/api-client.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The name of every image that a row has made of a server. */
export const MADE_IMAGE = 'crash-made';
const PROMISED_MS = 60_000;

/**
 * When all servers are gone: deletes the images that rows have made.
 * @returns what should not be there: images without their bytes, and those of shelved servers.
 */
export async function endImages(admin: ApiClient, baseName: string): Promise<string[]> {
  const made = async () => {
    const { images } = await admin.call('image', 'GET /v2/images', { query: { limit: 1_000 } });
    return images.filter(({ name }) => name !== baseName && name !== 'volvox-guest');
  };
  let wrong: string[] = [];
  await waitUntil(
    'the images to be whole',
    async () => {
      wrong = (await made())
        .filter(({ name, status }) => name !== MADE_IMAGE || status !== 'active')
        .map(({ id, name, status }) => `image ${id} (${name}) is ${status}`);
      return wrong.length === 0;
    },
    PROMISED_MS,
    250,
  ).catch(() => undefined);
  for (const { id } of await made()) await admin.call('image', 'DELETE /v2/images/{id}', { path: { id } });
  return wrong;
}
