import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { emptyList, shape } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { imagePolicy } from '../policy.ts';
import { ignoredQuery } from '../response-types.ts';

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

/** Clients read these to distinguish the attributes of an image from its properties. */
const SCHEMAS: Readonly<Record<string, object>> = {
  image: IMAGE,
  images: listOf('images', IMAGE),
  member: MEMBER,
  members: listOf('members', MEMBER),
};

const GET_SCHEMA = imagePolicy('get_schema');
const GET_INFO = imagePolicy('get_info');

/** Information about the service itself. */
export const schemaRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/schemas/:name',
    summary: 'Describes an image, a member, or a list of them, as JSON schema.',
    policy: GET_SCHEMA,
    query: ignoredQuery,
    response: always({ type: 'object', required: ['name', 'properties'] }),
    handle: ({ params: { name = '' } }) => {
      const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
      if (schema === undefined)
        throw new VolvoxError('not-found', `The resource could not be found. No schema ${name} exists.`);
      return schema;
    },
  }),
  route({
    method: 'GET',
    path: '/v2/info/import',
    summary: 'Lists the ways to import an image: there are none.',
    policy: GET_INFO,
    query: ignoredQuery,
    response: always(shape({ 'import-methods': shape({ description: string, type: string, value: emptyList }) })),
    handle: () => ({ 'import-methods': { description: 'Import methods available.', type: 'array', value: [] } }),
  }),
  route({
    method: 'GET',
    path: '/v2/info/stores',
    summary: 'Lists the stores of images: the only one.',
    policy: GET_INFO,
    query: ignoredQuery,
    response: always(shape({ stores: arrayOf(shape({ id: string, default: string })) })),
    handle: () => ({ stores: [{ id: 'file', default: 'true' }] }),
  }),
];
