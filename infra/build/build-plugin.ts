/** Bundles the connector package in the current folder into its `dist`. Usage: node ../../../infra/build/build-plugin.ts */
import { bundlePlugin } from './plugin-bundle.ts';

await bundlePlugin(process.cwd(), process.cwd());
