import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sdkUrl, shippedPlugins, shippedSwaggerUi } from '../src/dist-folder.ts';

describe('What ships with an app', () => {
  it('is found in the workspace where the sources run', () => {
    expect(existsSync(new URL('file/package.json', shippedPlugins()))).toBe(true);
    expect(sdkUrl()).toMatch(/connect-api\/src\/index\.ts$/);
    expect(shippedSwaggerUi()).toBeNull();
  });
});
