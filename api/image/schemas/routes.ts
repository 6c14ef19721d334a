import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

const text = { type: ['null', 'string'] };
const IMAGE = {
  name: 'image',
  properties: {
    id: { type: 'string', readOnly: false },
    name: { type: ['null', 'string'], maxLength: 255 },
    status: { type: 'string', readOnly: true, enum: ['queued', 'saving', 'active', 'deactivated'] },
    visibility: { type: 'string', enum: ['community', 'public', 'private', 'shared'] },
    protected: { type: 'boolean' },
    os_hidden: { type: 'boolean' },
    checksum: { ...text, readOnly: true },
    os_hash_algo: { ...text, readOnly: true },
    os_hash_value: { ...text, readOnly: true },
    owner: text,
    size: { type: ['null', 'integer'], readOnly: true },
    virtual_size: { type: ['null', 'integer'], readOnly: true },
    container_format: {
      type: ['null', 'string'],
      enum: [null, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'],
    },
    disk_format: {
      type: ['null', 'string'],
      enum: [null, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
    },
    created_at: { type: 'string', readOnly: true },
    updated_at: { type: 'string', readOnly: true },
    tags: { type: 'array', items: { type: 'string', maxLength: 255 } },
    min_ram: { type: 'integer' },
    min_disk: { type: 'integer' },
    self: { type: 'string', readOnly: true },
    file: { type: 'string', readOnly: true },
    schema: { type: 'string', readOnly: true },
  },
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};
const MEMBER = {
  name: 'member',
  properties: {
    image_id: { type: 'string' },
    member_id: { type: 'string' },
    status: { type: 'string', enum: ['pending', 'accepted', 'rejected'] },
    created_at: { type: 'string' },
    updated_at: { type: 'string' },
    schema: { type: 'string', readOnly: true },
  },
};
const listOf = (name: string, item: object) => ({
  name,
  properties: {
    [name]: { type: 'array', items: item },
    first: { type: 'string' },
    next: { type: 'string' },
    schema: { type: 'string' },
  },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
});

/** Clients read these to learn which keys of an image are its own and which are properties. */
const SCHEMAS: Readonly<Record<string, object>> = {
  image: IMAGE,
  images: listOf('images', IMAGE),
  member: MEMBER,
  members: listOf('members', MEMBER),
};

export function registerSchemas(app: FastifyInstance): void {
  app.get<{ Params: { name: string } }>('/v2/schemas/:name', async (request) => {
    const { name } = request.params;
    const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
    if (schema === undefined) throw new VolvoxError('not-found', 'The resource could not be found.');
    return schema;
  });
  app.get('/v2/info/import', async () => ({
    'import-methods': { description: 'Import methods available.', type: 'array', value: [] },
  }));
  app.get('/v2/info/stores', async () => ({ stores: [{ id: 'file', default: 'true' }] }));
}
