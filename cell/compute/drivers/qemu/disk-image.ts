import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS } from '#platform/objects/image.ts';
import { runCommand } from '../../../agent/run-command.ts';

export interface ImageFacts {
  readonly format: string;
  readonly virtualBytes: number;
}

interface QemuImgInfo {
  readonly format: string;
  readonly 'virtual-size': number;
  readonly 'backing-filename'?: string;
  readonly 'format-specific'?: { readonly data?: { readonly 'data-file'?: string } };
}

const DEADLINE_MS = 600_000;

/** `qemu-img`, as this driver uses it. */
export class DiskImages {
  readonly #program: string;
  constructor(program = 'qemu-img') {
    this.#program = program;
  }

  /**
   * Looks at an image that somebody uploaded as `format`. It must be just that, and must not reach for other files of this host.
   * @throws VolvoxError unsupported for a format that is not served here, invalid for one that lies.
   */
  async checkUploaded(path: string, format: string): Promise<ImageFacts> {
    if (!BOOT_FORMATS.includes(format)) {
      const message = `Images of format ${format} can't be booted here; ${BOOT_FORMATS.join(' and ')} can.`;
      throw new VolvoxError('unsupported', message, { blame: 'request' });
    }
    const info = await this.#info(path, format).catch((cause: unknown) => {
      throw new VolvoxError('invalid', `The image is not ${format}, as it says it is.`, { cause, blame: 'request' });
    });
    if (info['backing-filename'] !== undefined || info['format-specific']?.data?.['data-file'] !== undefined) {
      throw new VolvoxError('invalid', 'The image refers to another file, which is not allowed.', { blame: 'request' });
    }
    return { format, virtualBytes: info['virtual-size'] };
  }

  /**
   * Looks at a disk that was made or copied, perhaps from a host of another cell, before anything is opened from it: it reaches for no
   * other file but, as an overlay, for its base. @throws VolvoxError invalid.
   */
  async checkOwn(path: string, isOverlay: boolean): Promise<void> {
    const info = await this.#info(path, 'qcow2').catch((cause: unknown) => {
      throw new VolvoxError('invalid', 'The disk is not qcow2.', { cause });
    });
    const hasBase = info['backing-filename'] !== undefined;
    if (info['format-specific']?.data?.['data-file'] !== undefined || (hasBase && !isOverlay)) {
      throw new VolvoxError('invalid', 'The disk refers to another file, which is not allowed.');
    }
  }

  /** Of one of our own disks. */
  async virtualBytes(path: string): Promise<number> {
    return (await this.#info(path, 'qcow2'))['virtual-size'];
  }

  async createOverlay(path: string, base: { path: string; format: string }, sizeBytes: number): Promise<void> {
    await this.#run(['create', '-q', '-f', 'qcow2', '-F', base.format, '-b', base.path, path, String(sizeBytes)]);
  }

  async createEmpty(path: string, sizeBytes: number): Promise<void> {
    await this.#run(['create', '-q', '-f', 'qcow2', path, String(sizeBytes)]);
  }

  /** Tells an overlay where its base is now; the base has the same content as before. */
  async setBase(path: string, base: { path: string; format: string }): Promise<void> {
    await this.#run(['rebase', '-u', '-f', 'qcow2', '-F', base.format, '-b', base.path, path]);
  }

  async grow(path: string, sizeBytes: number): Promise<void> {
    await this.#run(['resize', '-q', '-f', 'qcow2', path, String(sizeBytes)]);
  }

  /** `-U`: the disk may be in use. */
  async #info(path: string, format: string): Promise<QemuImgInfo> {
    return JSON.parse(await this.#run(['info', '-U', '--output=json', '-f', format, path])) as QemuImgInfo;
  }

  #run(args: readonly string[]): Promise<string> {
    return runCommand(this.#program, args, { deadlineMs: DEADLINE_MS });
  }
}
