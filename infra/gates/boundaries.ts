/**
 * Checks the import boundaries of the workspace (.dependency-cruiser.cjs) and that the check sees the code at all: a
 * cruiser without a compiler it understands finds 0 modules and no violations.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface CruiseResult {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const FEWEST_MODULES = 150;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the cruiser over the given folders, as JSON. */
export function cruise(folders: readonly string[]): CruiseResult['summary'] {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  let output: string;
  try {
    output = execFileSync('depcruise', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  } catch (error) {
    // It exits with the number of violations; its report is on standard output all the same.
    output = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(output) as CruiseResult).summary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const summary = cruise(['apps', 'libs', 'infra', 'test']);
  for (const violation of summary.violations) {
    console.error(`${violation.rule.name}: ${violation.from} imports ${violation.to}`);
  }
  if (summary.totalCruised < FEWEST_MODULES) {
    console.error(`Only ${summary.totalCruised} modules were seen; at least ${FEWEST_MODULES} are there`);
    process.exitCode = 1;
  } else if (summary.violations.length > 0) {
    process.exitCode = 1;
  } else {
    console.log(`boundaries: ${summary.totalCruised} modules, no violation`);
  }
}
