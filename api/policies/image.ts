import { ADMIN, ANYBODY, anyScope, OWN_PROJECT, open, type RuleTable, rule } from './rule.ts';

/** A member of any project. */
const ANY_MEMBER = 'rule:context_is_admin or role:member';
/** A member of the project that owns the image. */
const OWNER = 'rule:context_is_admin or (role:member and project_id:%(owner)s)';
const IMAGE = '/v2/images/{id}';
/** The Compute API's older way to images, until 2.35 and 2.38. */
const OLD = '/images/{id}';
const MEMBERS = `${IMAGE}/members`;

/** The Image API, by Glance's names. The visibility of each image decides who may see it. */
export const IMAGE_RULES = {
  image_versions: open('List the versions of the Image API', 'GET /', 'GET /versions', 'GET /v2'),
  get_images: rule(ANYBODY, 'List images', 'GET /v2/images', 'compute GET /images', 'compute GET /images/detail'),
  get_image: rule(
    ANYBODY,
    'Show an image',
    `GET ${IMAGE}`,
    `compute GET ${OLD}`,
    `compute GET ${OLD}/metadata`,
    `compute GET ${OLD}/metadata/{key}`,
  ),
  add_image: rule(ANY_MEMBER, 'Create an image', 'POST /v2/images'),
  modify_image: rule(
    OWNER,
    'Change an image',
    `PATCH ${IMAGE}`,
    `PUT ${IMAGE}/tags/{tag}`,
    `DELETE ${IMAGE}/tags/{tag}`,
    `compute POST ${OLD}/metadata`,
    `compute PUT ${OLD}/metadata`,
    `compute PUT ${OLD}/metadata/{key}`,
    `compute DELETE ${OLD}/metadata/{key}`,
  ),
  delete_image: rule(OWNER, 'Delete an image', `DELETE ${IMAGE}`, `compute DELETE ${OLD}`),
  publicize_image: rule(ADMIN, 'Make an image public', 'POST /v2/images', `PATCH ${IMAGE}`),
  upload_image: rule(OWNER, 'Upload the bytes of an image', `PUT ${IMAGE}/file`),
  download_image: anyScope(
    ANYBODY,
    'Download the bytes of an image that one may see, or has a ticket for',
    `GET ${IMAGE}/file`,
  ),
  get_members: rule(ANYBODY, 'List whom an image is shared with', `GET ${MEMBERS}`),
  get_member: rule(ANYBODY, 'Show one of them', `GET ${MEMBERS}/{member}`),
  add_member: rule(OWNER, 'Share an image with a project', `POST ${MEMBERS}`),
  delete_member: rule(OWNER, 'Share an image with a project no longer', `DELETE ${MEMBERS}/{member}`),
  /** The member itself; the handler compares. */
  modify_member: rule(ANY_MEMBER, 'Accept or reject a shared image', `PUT ${MEMBERS}/{member}`),
  get_schema: rule(ANYBODY, 'Read the schema of a noun', 'GET /v2/schemas/{name}'),
  get_info: rule(ANYBODY, 'Read what the Image API offers', 'GET /v2/info/import', 'GET /v2/info/stores'),
  get_image_usage: rule(ANYBODY, "Show what one's project uses of its image quota", 'GET /v2/info/usage'),
  get_image_quota: rule(OWN_PROJECT, 'Show the image quota of a project', 'GET /v2/quotas/{project}'),
  update_image_quota: rule(ADMIN, 'Change the image quota of a project', 'PUT /v2/quotas/{project}'),
  delete_image_quota: rule(ADMIN, 'Give a project the default image quota', 'DELETE /v2/quotas/{project}'),
} as const satisfies RuleTable;
