import type { ProjectRecord } from '#platform/directory/stores/projects.ts';
import type { ApiConfig } from '../../config.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { collection, selfLink } from '../links.ts';

export const projectView = (project: ProjectRecord, config: Pick<ApiConfig, 'publicUrl'>) => ({
  ...project.extra,
  id: project.id,
  name: project.name,
  description: project.description,
  enabled: project.enabled,
  domain_id: DEFAULT_DOMAIN.id,
  parent_id: DEFAULT_DOMAIN.id,
  is_domain: false,
  tags: project.tags,
  options: {},
  links: selfLink(config, 'projects', project.id),
});

/** All of these, as a whole list. */
export const projectCollection = (projects: readonly ProjectRecord[], config: Pick<ApiConfig, 'publicUrl'>) =>
  collection(
    config,
    'projects',
    projects.map((project) => projectView(project, config)),
  );
