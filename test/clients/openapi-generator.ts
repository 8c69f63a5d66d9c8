import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jars, kept, run } from './tool-chain.ts';

/** The document that clients are generated from: the one the gateway serves. */
export const OPENAPI_FILE = fileURLToPath(new URL('../../apps/gateway/openapi.json', import.meta.url));

/** A client in a language of openapi-generator, built by `build`: the folder. Nothing is done while the document stays. */
export async function generatedClient(
  language: string,
  build: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = await jars('openapi-generator');
  return kept(`generated-${language}`, readFileSync(OPENAPI_FILE, 'utf8'), async (fresh) => {
    await run('java', [
      '-cp',
      join(folder, '*'),
      'org.openapitools.codegen.OpenAPIGenerator',
      ...['generate', '-i', OPENAPI_FILE, '-g', language, '-o', fresh],
    ]);
    await build(fresh);
  });
}
