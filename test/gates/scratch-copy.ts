import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '@millrace/testing';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface GateResult {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the repository's sources, with its installed packages, that is removed when the process ends. */
export class ScratchCopy {
  readonly folder = tempDir('millrace-gates-');

  constructor() {
    const listed = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\n');
    for (const file of files) {
      if (file !== '' && !file.startsWith('test/fixtures/') && existsSync(join(ROOT, file))) {
        this.#copy(file);
      }
    }
    for (const file of files.filter((name) => name.endsWith('/package.json'))) {
      const modules = join(dirname(file), 'node_modules');
      if (existsSync(join(ROOT, modules))) {
        this.#copy(modules);
      }
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Adds or replaces a file. */
  plant(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Runs a gate's command in the copy, as the scripts of package.json do. */
  run(command: string, ...args: readonly string[]): GateResult {
    const bin = [join(ROOT, 'node_modules/node/bin'), join(ROOT, 'node_modules/.bin')];
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: [...bin, process.env['PATH']].join(':'), NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    return { code: status, output: `${stdout}${stderr}` };
  }

  #copy(path: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, path), target, { recursive: true, verbatimSymlinks: true });
  }
}
