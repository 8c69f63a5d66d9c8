/** Bundles an app into `apps/<app>/dist`. Usage: node infra/build/bundle.ts <app> */
import { bundleApp } from './app-bundle.ts';

const [app, ...others] = process.argv.slice(2);
if (app === undefined || others.length > 0) {
  console.error('Usage: node infra/build/bundle.ts <app>');
  process.exitCode = 1;
} else {
  await bundleApp(app);
}
