import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { previewDocument } from '../../src/http/preview-document.ts';

it('openapi.json is what the sources say; `pnpm --filter @millrace/status build` renews it', async () => {
  const kept: unknown = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
  expect(JSON.parse(JSON.stringify(await previewDocument()))).toEqual(kept);
});
