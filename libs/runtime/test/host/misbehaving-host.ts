/** A task host whose tasks misbehave as their configuration says (`misdeed`); the script of the process host tests. */
import { pino } from 'pino';
import type { UnitStart } from '../../src/host/messages.ts';
import { serveTaskHost } from '../../src/host/serve-task-host.ts';
import type { Report, UnitRunner } from '../../src/task/task-runner.ts';

function spin(): never {
  for (;;) {
    // A task that computes and never comes back.
  }
}

class MisbehavingRunner implements UnitRunner {
  readonly #start: UnitStart;
  readonly #report: Report;

  constructor(start: UnitStart, report: Report) {
    this.#start = start;
    this.#report = report;
  }

  start(): Promise<void> {
    this.#report({ kind: 'running', version: '1' });
    setTimeout(() => {
      this.#misbehave(this.#misdeed());
    }, 20);
    return Promise.resolve();
  }

  setTargetState(): void {
    // Nothing changes.
  }

  taskConfigs(): Promise<{ misdeed: string }[]> {
    const misdeeds = this.#start.connectorConfig['misdeeds'] ?? '';
    return Promise.resolve(misdeeds.split(',').map((misdeed) => ({ misdeed })));
  }

  stop(): Promise<void> {
    switch (this.#misdeed()) {
      case 'never stops':
        return new Promise(() => undefined);
      case 'spins in stop':
        return spin();
      default:
        return Promise.resolve();
    }
  }

  cancel(): void {
    // It writes nothing anyway.
  }

  #misdeed(): string {
    return this.#start.taskConfig?.['misdeed'] ?? 'none';
  }

  #misbehave(misdeed: string): void {
    switch (misdeed) {
      case 'spins':
        spin();
        break;
      case 'exits':
        process.exit(7);
        break;
      case 'throws':
        throw new RangeError('out of its mind');
      case 'eats memory': {
        const eaten: number[][] = [];
        for (;;) {
          eaten.push(new Array<number>(1_000_000).fill(eaten.length));
        }
      }
    }
  }
}

serveTaskHost(() =>
  Promise.resolve({
    factory: {
      connector: (start, report) => Promise.resolve(new MisbehavingRunner(start, report)),
      task: (start, report) => Promise.resolve(new MisbehavingRunner(start, report)),
      alterOffsets: () => Promise.resolve(true),
      preview: () => Promise.resolve('[]'),
      close: () => Promise.resolve(),
    },
    logger: pino({ level: 'silent' }),
    gracefulTimeoutMs: 200,
    metricsIntervalMs: 60_000,
  }),
);
