import {
  deleteProject,
  getProject,
  insertProject,
  type ProjectRecord,
  pageOfProjects,
  requireNoServers,
  updateProject,
} from '#platform/directory/stores/projects.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { extraOf, requireDefaultDomain } from '../attributes.ts';
import { answerCollection } from '../collection.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { newId } from '../new-id.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { CREATE_PROJECT, DELETE_PROJECT, GET_PROJECT, LIST_PROJECTS, UPDATE_PROJECT } from './policy.ts';
import {
  createProjectBody,
  KNOWN_ATTRIBUTES,
  listProjectsQuery,
  PROJECT_ATTRIBUTES,
  type ProjectCreate,
  type ProjectUpdate,
  projectResponse,
  projectsResponse,
  updateProjectBody,
} from './schema.ts';
import { projectView } from './view.ts';

export function projectRoutes({ directory, tokens, config, clock }: ApiDeps): readonly Route[] {
  const show = async (id: string) => ({ project: projectView(await getProject(directory.read, id), config) });
  return [
    route({
      method: 'GET',
      path: '/v3/projects',
      summary: 'Lists projects.',
      policy: LIST_PROJECTS,
      query: listProjectsQuery,
      response: projectsResponse,
      handle: (request) =>
        answerCollection(request, config, {
          noun: 'projects',
          attributes: PROJECT_ATTRIBUTES,
          list: (listing) => pageOfProjects(directory.read, listing),
          get: (id) => getProject(directory.read, id),
          view: (project) => projectView(project, config),
        }),
    }),
    route<ProjectCreate>({
      method: 'POST',
      path: '/v3/projects',
      summary: 'Creates a project.',
      policy: CREATE_PROJECT,
      query: ignoredQuery,
      body: createProjectBody,
      status: 201,
      response: projectResponse,
      handle: async ({ body: { project } }) => {
        refuseHierarchy(project);
        const created = {
          id: newId(),
          name: project.name,
          description: project.description ?? '',
          enabled: project.enabled !== false,
          createdAt: timestamp(clock.now()),
          extra: extraOf(project, KNOWN_ATTRIBUTES),
          tags: project.tags ?? [],
        };
        await directory.transaction((tx) => insertProject(tx, created));
        return { project: projectView(created, config) };
      },
    }),
    route({
      method: 'GET',
      path: '/v3/projects/:id',
      summary: 'Shows a project.',
      policy: GET_PROJECT,
      authorizes: 'handler',
      query: ignoredQuery,
      response: projectResponse,
      handle: ({ params: { id = '' }, caller }) => {
        authorize(GET_PROJECT, caller, { projectId: id });
        return show(id);
      },
    }),
    route<ProjectUpdate>({
      method: 'PATCH',
      path: '/v3/projects/:id',
      summary: 'Changes a project.',
      policy: UPDATE_PROJECT,
      query: ignoredQuery,
      body: updateProjectBody,
      response: projectResponse,
      handle: async ({ params: { id = '' }, body: { project } }) => {
        refuseHierarchy(project);
        await directory.transaction(async (tx) =>
          updateProject(tx, id, changesOf(await getProject(tx, id), project), clock.now()),
        );
        tokens.forget();
        return show(id);
      },
    }),
    route({
      method: 'DELETE',
      path: '/v3/projects/:id',
      summary: 'Deletes a project. 409, with their number, while it has servers: those are deleted first.',
      policy: DELETE_PROJECT,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { id = '' } }) => {
        await directory.transaction(async (tx) => {
          await requireNoServers(tx, id);
          await deleteProject(tx, id);
        });
        tokens.forget();
      },
    }),
  ];
}

/** Projects stand in the one domain, none below another. @throws VolvoxError that names the attribute. */
function refuseHierarchy({ domain_id, parent_id, is_domain }: ProjectUpdate['project']): void {
  requireDefaultDomain(domain_id);
  if (is_domain === true)
    throw new VolvoxError(
      'invalid',
      "Invalid input for 'project.is_domain': no domain can be made. Leave it out, or give false.",
    );
  if (parent_id != null && parent_id !== DEFAULT_DOMAIN.id) {
    throw new VolvoxError(
      'invalid',
      `Invalid input for 'project.parent_id': projects cannot be nested; only '${DEFAULT_DOMAIN.id}' is possible.`,
    );
  }
}

function changesOf(before: ProjectRecord, project: ProjectUpdate['project']): Partial<Omit<ProjectRecord, 'id'>> {
  const extra = extraOf(project, KNOWN_ATTRIBUTES);
  return {
    ...(project.name === undefined ? {} : { name: project.name }),
    ...(project.description === undefined ? {} : { description: project.description ?? '' }),
    ...(project.enabled === undefined ? {} : { enabled: project.enabled }),
    ...(project.tags === undefined ? {} : { tags: project.tags }),
    ...(Object.keys(extra).length === 0 ? {} : { extra: { ...before.extra, ...extra } }),
  };
}
