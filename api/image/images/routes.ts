import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sqlTime, toJson } from '#platform/database/json-column.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import {
  addTag,
  deleteImage,
  getImage,
  type ImageRow,
  insertImage,
  listImages,
  removeTag,
  replaceTags,
  tagsOf,
  updateImage,
} from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { requireMember, requireOwner, requirePublisher } from '../policy.ts';
import { type ImageAttributes, MOST_TAGS, readAttributes, tooMany } from './attributes.ts';
import { expectedHashes } from './expected-hashes.ts';
import { imageListing, type Query } from './listing.ts';
import { applyPatch } from './patch.ts';
import { attributesOf, columnsOf, NEW_IMAGE } from './row.ts';
import { imageView } from './view.ts';

type ById = { Params: { id: string } };
type ByTag = { Params: { id: string; tag: string } };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function registerImages(app: FastifyInstance, deps: ApiDeps): void {
  const { directory, imageStore, clock } = deps;
  const now = () => sqlTime(timestamp(clock.now()));

  const view = async (row: ImageRow) => imageView(row, (await tagsOf(directory.read, [row.id])).get(row.id) ?? []);
  const find = (request: FastifyRequest<ById>) => getImage(directory.read, request.context, request.params.id);

  app.get<{ Querystring: Query }>('/v2/images', async (request) => {
    const listing = await imageListing(directory.read, request.context, request.query);
    const rows = listing.limit === 0 ? [] : await listImages(directory.read, request.context, listing);
    const tags = await tagsOf(
      directory.read,
      rows.map((row) => row.id),
    );
    return {
      images: rows.map((row) => imageView(row, tags.get(row.id) ?? [])),
      first: pageUrl(request.url, null),
      ...(rows.length > 0 && rows.length === listing.limit
        ? { next: pageUrl(request.url, rows.at(-1)?.id ?? null) }
        : {}),
      schema: '/v2/schemas/images',
    };
  });

  app.post('/v2/images', async (request, reply) => {
    requireMember(request.context, 'add_image');
    const { id = randomUUID(), owner, given, expected } = readCreate(request);
    const image = readAttributes(NEW_IMAGE, given);
    requirePublisher(request.context, image.visibility);
    const row: ImageRow = {
      ...columnsOf(image),
      id,
      project_id: owner,
      status: 'queued',
      size_bytes: null,
      virtual_size_bytes: null,
      md5: null,
      sha256: null,
      expected_hashes: toJson(expected),
      upload_expires_at: 0,
      created_at: now(),
      updated_at: now(),
      version: 1,
    };
    await directory
      .transaction((tx) => insertImage(tx, row, image.tags))
      .catch((error) => {
        if (!isDuplicate(error)) throw error;
        throw new VolvoxError('conflict', `Image ID ${id} already exists!`);
      });
    return reply.code(201).header('location', `/v2/images/${id}`).send(imageView(row, image.tags));
  });

  app.get<ById>('/v2/images/:id', async (request) => view(await find(request)));

  app.patch<ById>('/v2/images/:id', async (request) => {
    const row = await find(request);
    requireOwner(request.context, row, 'modify');
    const before = attributesOf(row, (await tagsOf(directory.read, [row.id])).get(row.id) ?? []);
    const after = applyPatch(before, request.body);
    if (after.visibility !== before.visibility) requirePublisher(request.context, after.visibility);
    if (row.status !== 'queued') refuseFormatChange(before, after);
    await directory.transaction(async (tx) => {
      if (!(await updateImage(tx, row, { ...columnsOf(after), updated_at: now() }))) throw changedMeanwhile(row.id);
      await replaceTags(tx, row.id, after.tags);
    });
    return view(await find(request));
  });

  app.delete<ById>('/v2/images/:id', async (request, reply) => {
    const row = await find(request);
    requireOwner(request.context, row, 'delete');
    if (row.is_protected === 1) {
      throw new VolvoxError('forbidden', `Image ${row.id} is protected and cannot be deleted.`);
    }
    await directory.transaction((tx) => deleteImage(tx, row.id));
    await imageStore.remove(row.id);
    return reply.code(204).send();
  });

  app.put<ByTag>('/v2/images/:id/tags/:tag', async (request, reply) => {
    const row = await find(request);
    requireOwner(request.context, row, 'modify');
    if (request.params.tag.length > 255) throw new VolvoxError('invalid', 'A tag has at most 255 characters.');
    const added = await directory.transaction((tx) => addTag(tx, row.id, request.params.tag, MOST_TAGS));
    if (!added) throw tooMany('tags', MOST_TAGS + 1, MOST_TAGS);
    return reply.code(204).send();
  });

  app.delete<ByTag>('/v2/images/:id/tags/:tag', async (request, reply) => {
    const row = await find(request);
    requireOwner(request.context, row, 'modify');
    const { tag } = request.params;
    const found = await directory.transaction((tx) => removeTag(tx, row.id, tag));
    if (!found) throw new VolvoxError('not-found', `Could not find tag ${tag} of image ${row.id}.`);
    return reply.code(204).send();
  });
}

/** The body of a create: what only a create may say, and the attributes. */
function readCreate(request: FastifyRequest) {
  const { body, context } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new VolvoxError('invalid', 'A JSON object is needed as the body.');
  }
  const { id, owner, checksum, os_hash_algo, os_hash_value, ...given } = body as Record<string, unknown>;
  if (id !== undefined && (typeof id !== 'string' || !UUID.test(id))) {
    throw new VolvoxError('invalid', "Provided object does not match schema 'image': a UUID is needed ('id')");
  }
  if (owner !== undefined && owner !== context.projectId && !context.isAdmin) {
    throw new VolvoxError('forbidden', 'You are not permitted to create images owned by somebody else.');
  }
  return {
    id: id as string | undefined,
    owner: typeof owner === 'string' ? owner : context.projectId,
    given,
    expected: expectedHashes({ checksum, os_hash_algo, os_hash_value }, given),
  };
}

/** The format of bytes that are there cannot be made another by saying so. */
function refuseFormatChange(before: ImageAttributes, after: ImageAttributes): void {
  if (before.diskFormat === after.diskFormat && before.containerFormat === after.containerFormat) return;
  throw new VolvoxError(
    'forbidden',
    "Attributes 'disk_format' and 'container_format' cannot be changed once an image has data.",
  );
}

const changedMeanwhile = (id: string): VolvoxError =>
  new VolvoxError('conflict', `Image ${id} was changed by somebody else.`);

/** The path of a page, as Glance writes it: relative to its endpoint. */
function pageUrl(url: string, marker: string | null): string {
  const [, text = ''] = url.split('?', 2);
  const query = new URLSearchParams(text);
  query.delete('marker');
  if (marker !== null) query.set('marker', marker);
  const rest = query.toString();
  return rest === '' ? '/v2/images' : `/v2/images?${rest}`;
}
