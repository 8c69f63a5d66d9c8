import { setTimeout as pause } from 'node:timers/promises';
import {
  Cluster,
  isLinearizable,
  uniqueName,
  type AppProcess,
  type ConnectorOperation,
} from '@millrace/testing';
import { Random } from '../simulation/random.ts';
import { callConnector, type OperationKind } from './history-client.ts';

export interface GatewayHistoryOptions {
  readonly bootstrapServers: string;
  readonly seed: number;
  readonly seconds: number;
  /** On a slow machine it goes on, up to twice as long again, until so much was done. */
  readonly atLeast: number;
  readonly gateways: number;
  readonly clients: number;
  /** The longest that a gateway is frozen now and then. */
  readonly longestFreezeMs: number;
}

export interface GatewayHistory {
  readonly operations: number;
  /** Writes whose connection broke. */
  readonly unknown: number;
  readonly kills: number;
  readonly freezes: number;
  /** Histories that no order of their operations explains, and answers that should not be. */
  readonly faults: readonly string[];
}

/** Connectors that all clients work on at a time; others follow, since the histories of each are searched. */
const SHARED = 3;
const EPOCH_MS = 3_000;
const SHORT_FREEZE_MS = 1_500;
/** How likely a longer freeze is: while all are frozen, nothing happens. */
const RARE = 0.1;
const KINDS: Readonly<Record<OperationKind | 'create-own', number>> = {
  'create-own': 2,
  create: 2,
  put: 2,
  patch: 2,
  delete: 2,
  get: 4,
};

/** Lets clients work through gateway processes that are killed and frozen, and checks that what they were told is one history. */
export async function runGatewayHistory(options: GatewayHistoryOptions): Promise<GatewayHistory> {
  const cluster = new Cluster({ bootstrapServers: options.bootstrapServers });
  try {
    const gateways = await cluster.startMany('gateway', options.gateways);
    return await new GatewayHistoryRun(options, gateways).run();
  } finally {
    await cluster.stop();
  }
}

class GatewayHistoryRun {
  readonly #options: GatewayHistoryOptions;
  readonly #gateways: readonly AppProcess[];
  readonly #histories = new Map<string, ConnectorOperation[]>();
  readonly #faults: string[] = [];
  readonly #prefix = uniqueName('c');
  readonly #began = performance.now();
  #kills = 0;
  #freezes = 0;
  #own = 0;
  #operations = 0;

  constructor(options: GatewayHistoryOptions, gateways: readonly AppProcess[]) {
    this.#options = options;
    this.#gateways = gateways;
  }

  async run(): Promise<GatewayHistory> {
    const { seed, clients } = this.#options;
    await Promise.all([
      ...Array.from({ length: clients }, (_, index) => this.#client(index, new Random(seed + index))),
      ...this.#gateways.map((gateway, index) => this.#harm(gateway, new Random(seed + 1_000 + index))),
    ]);
    await this.#readAll();
    for (const [connector, history] of this.#histories) {
      if (!isLinearizable(history)) {
        this.#faults.push(`${connector} has no one history: ${JSON.stringify(history)}`);
      }
    }
    const all = [...this.#histories.values()].flat();
    return {
      operations: all.length,
      unknown: all.filter(({ to }) => to === Infinity).length,
      kills: this.#kills,
      freezes: this.#freezes,
      faults: this.#faults,
    };
  }

  get #over(): boolean {
    const { seconds, atLeast } = this.#options;
    const elapsed = (performance.now() - this.#began) / 1_000;
    return elapsed > 3 * seconds || (elapsed > seconds && this.#operations >= atLeast);
  }

  async #client(index: number, random: Random): Promise<void> {
    for (let number = 0; !this.#over; number += 1) {
      const gateway = random.pick(this.#gateways);
      const kind = random.weighted(KINDS);
      // A name that nobody else uses: a 409 could only be for the client's own create.
      const connector = kind === 'create-own' ? this.#ownName() : this.#sharedName(random);
      if (gateway !== undefined) {
        await this.#call(gateway, connector, {
          kind: kind === 'create-own' ? 'create' : kind,
          value: `${index}-${number}`,
        });
      }
      await pause(random.between(0, 20));
    }
  }

  async #call(
    gateway: AppProcess,
    connector: string,
    { kind, value }: { readonly kind: OperationKind; readonly value: string },
  ): Promise<void> {
    try {
      const operation = await callConnector(gateway.rest, { kind, connector, value });
      if (operation !== null) {
        this.#operations += 1;
        this.#historyOf(connector).push(operation);
      }
    } catch (error) {
      this.#faults.push(String(error));
    }
  }

  /** Kills a gateway, or freezes it for a while, again and again. */
  async #harm(gateway: AppProcess, random: Random): Promise<void> {
    const { longestFreezeMs } = this.#options;
    while (!this.#over) {
      await pause(random.between(200, 1_500));
      if (random.chance(0.35)) {
        gateway.process.kill('SIGKILL');
        await gateway.process.exited();
        this.#kills += 1;
        gateway.restart();
        await gateway.ready();
      } else {
        gateway.process.kill('SIGSTOP');
        await pause(random.between(50, random.chance(RARE) ? longestFreezeMs : SHORT_FREEZE_MS));
        gateway.process.kill('SIGCONT');
        this.#freezes += 1;
      }
    }
  }

  /** What there is in the end, as each gateway says it. */
  async #readAll(): Promise<void> {
    for (const gateway of this.#gateways) {
      for (const connector of this.#histories.keys()) {
        await this.#call(gateway, connector, { kind: 'get', value: '' });
      }
    }
  }

  #historyOf(connector: string): ConnectorOperation[] {
    const history = this.#histories.get(connector) ?? [];
    this.#histories.set(connector, history);
    return history;
  }

  #ownName(): string {
    this.#own += 1;
    return `${this.#prefix}-own-${this.#own}`;
  }

  #sharedName(random: Random): string {
    const epoch = Math.floor((performance.now() - this.#began) / EPOCH_MS);
    return `${this.#prefix}-${epoch}-${random.between(1, SHARED)}`;
  }
}
