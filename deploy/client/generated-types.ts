import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import type { DeclaredApi } from '../../api/apis.ts';
import { openApiDocument } from '../../api/http/openapi-document.ts';
import { bin, REPOSITORY } from '../checks/programs.ts';
import { apisAsData, PUBLIC_URL } from './apis-as-data.ts';
import { operationsSchema } from './operation-schema.ts';

const BANNER = '// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.';

/** A generated file: where it stands and what it holds. */
interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The types of every API as files, formatted as the repository is. */
export const generateTypes = (): Promise<readonly GeneratedFile[]> => Promise.all(apisAsData().map(typesOf));

async function typesOf({ service, routes }: DeclaredApi): Promise<GeneratedFile> {
  const name = `${service.name[0]?.toUpperCase()}${service.name.slice(1)}Operations`;
  // Symbols and functions of schema libraries stay behind.
  const document = JSON.parse(JSON.stringify(openApiDocument(service, routes, PUBLIC_URL))) as Record<string, unknown>;
  const text = await compile(operationsSchema(document), name, {
    additionalProperties: false,
    bannerComment: BANNER,
    format: false,
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: true,
  });
  const path = join(REPOSITORY, 'deploy/client/generated', `${service.name}.ts`);
  return { path, text: await formatted(path, text) };
}

function formatted(path: string, text: string): Promise<string> {
  return new Promise((done, reject) => {
    const child = spawn(bin('biome'), ['format', `--stdin-file-path=${path}`], {
      cwd: REPOSITORY,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? done(out) : reject(new Error(`biome cannot format ${path}`))));
    child.stdin.end(text);
  });
}
