import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { parse } from 'yaml';
import type { ConfigSources } from './load.ts';

/** A file with secrets that other users of this machine may read or change, or a folder in which they may replace one. */
export interface ExposedFile {
  readonly path: string;
  /** `0644` */
  readonly mode: string;
  readonly isFolder?: true;
}

const OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;
/** In such a folder only its owner removes a file, as in /tmp. */
const STICKY = 0o1000;
/** Options that name a file with a private key: `keyFile`, `signingKeyFile`. */
const NAMES_A_KEY_FILE = /^(key|\w*Key)(File|Path)$/;

/** Of the configuration file, and the key files that it names, those whose mode lets others in. A file that is not there is none. */
export function exposedFiles({ file, environment }: ConfigSources): readonly ExposedFile[] {
  const named = [
    ...(file === undefined ? [] : [file, ...keyFilesIn(file)]),
    ...Object.entries(environment).flatMap(([name, value]) => (/^VOLVOX_\w*KEY_FILE$/.test(name) ? [value ?? ''] : [])),
  ];
  const found = [...new Set(named)].flatMap(exposureOf);
  return [...new Map(found.map((one) => [one.path, one])).values()];
}

/** Whether others may read or write this file, or replace it. @returns the file, its folder, or both. */
export function exposureOf(path: string): readonly ExposedFile[] {
  const stats = statOf(path);
  if (stats === null || !stats.isFile()) return [];
  const folder = dirname(path);
  const around = statOf(folder)?.mode ?? 0;
  const isOpen = (around & EVERYBODY_WRITES) !== 0 && (around & STICKY) === 0;
  return [
    ...((stats.mode & OTHERS) === 0 ? [] : [{ path, mode: octal(stats.mode) }]),
    ...(isOpen ? [{ path: folder, mode: octal(around), isFolder: true } as const] : []),
  ];
}

const octal = (mode: number): string => `0${(mode & 0o777).toString(8)}`;

/** How to close it. */
export const exposureAdvice = ({ path, isFolder }: ExposedFile): string =>
  isFolder === true ? `chmod go-w ${path}` : `chmod 600 ${path}`;

function keyFilesIn(path: string): readonly string[] {
  const sections = Object.values(contentOf(path)).filter((section) => typeof section === 'object' && section !== null);
  return sections
    .flatMap((section) => Object.entries(section as Record<string, unknown>))
    .flatMap(([name, value]) =>
      NAMES_A_KEY_FILE.test(name) && typeof value === 'string' && isAbsolute(value) ? [value] : [],
    );
}

/** A file that cannot be read or understood names no others; who loads the configuration says what is wrong with it. */
function contentOf(path: string): object {
  try {
    return (parse(readFileSync(path, 'utf8')) as object | null) ?? {};
  } catch {
    return {};
  }
}

/** Null when it is not there, or in a folder that is closed to us: then it is closed to others as well. */
function statOf(path: string): Stats | null {
  if (path === '') return null;
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return null;
    throw error;
  }
}
