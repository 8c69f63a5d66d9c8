import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tempDir } from '@millrace/testing';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** What is installed and generated is kept here from run to run; git ignores it. */
const KEPT = join(HERE, '.run');
const FETCH_JARS = join(HERE, '../../infra/kafka/fetch-jars.sh');

/** Drivers of foreign clients, in the clients' own languages. */
export const DRIVERS = join(HERE, 'drivers');

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure (0). */
  readonly codes?: readonly number[];
}

/** Runs a foreign tool to its end; what it wrote, standard error after standard output. Throws with all of it when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.err += text));
    child.once('error', reject);
    child.once('close', (code) => {
      const output = written.out + written.err;
      if (code !== null && (options.codes ?? [0]).includes(code)) {
        resolve(output);
      } else {
        reject(new Error(`${[command, ...args].join(' ')} ended with ${String(code)}:\n${output}`));
      }
    });
  });
}

/** What shows that a command is there and can do what it is wanted for. */
const PROOFS: Readonly<Record<string, string>> = { python3: 'python3 -c "import venv, ensurepip"' };

/** Those of the commands that this machine lacks, said loudly, since what needs them is left out. */
export async function lacking(...commands: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const command of commands) {
    await promisify(execFile)('bash', ['-c', PROOFS[command] ?? `command -v ${command}`]).catch(() =>
      missing.push(command),
    );
  }
  if (missing.length > 0) {
    console.warn(`\n*** LEFT OUT, since there is no ${missing.join(', ')} on this machine ***\n`);
  }
  return missing;
}

/** A folder of that name, filled by `fill` unless it was filled for the same `key` before. */
export async function kept(
  name: string,
  key: string,
  fill: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = join(KEPT, name);
  const stamp = join(folder, '.filled-for');
  const wanted = createHash('sha256').update(key).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return folder;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await fill(folder);
  writeFileSync(stamp, wanted);
  return folder;
}

/** A Python environment with those packages; the path of its `bin`. */
export async function pythonEnvironment(name: string, packages: readonly string[]): Promise<string> {
  const folder = await kept(`python-${name}`, packages.join(), async (fresh) => {
    await run('python3', ['-m', 'venv', fresh]);
    await run(join(fresh, 'bin/pip'), ['install', '--disable-pip-version-check', '--quiet', ...packages]);
  });
  return join(folder, 'bin');
}

/** A folder whose `node_modules` has those packages, without running anything of theirs. */
export function npmPackages(name: string, packages: readonly string[]): Promise<string> {
  return kept(`npm-${name}`, packages.join(), async (fresh) => {
    writeFileSync(join(fresh, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], { cwd: fresh });
  });
}

/** The folder of the jars that a pom among the drivers names. */
export async function jars(driver: string): Promise<string> {
  const output = await run('bash', [FETCH_JARS, join(DRIVERS, driver, 'pom.xml')]);
  const folder = output.split('\n').find((line) => line.startsWith('/'));
  if (folder === undefined) {
    throw new Error(`No folder of jars was named:\n${output}`);
  }
  return folder;
}

/** Compiles a Java driver; the class path to run it with. */
export async function javaDriver(classPath: string, mainClass: string): Promise<string> {
  const classes = tempDir('millrace-driver-');
  const sources = ['Conversation', mainClass].map((name) => join(DRIVERS, 'java', `${name}.java`));
  await run('javac', ['-nowarn', '-d', classes, '-cp', classPath, ...sources]);
  return `${classes}:${classPath}`;
}
