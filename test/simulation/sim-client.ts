import { KafkaError, type KafkaClient, type WireRequest } from '@millrace/kafka';
import type { GroupAdmin } from '@millrace/rebalance';
import type { Logger } from 'pino';
import type { GroupCoordinator } from './group-coordinator.ts';
import * as wire from './group-wire.ts';
import type { Network } from './network.ts';
import type { Actor } from './world.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_LANE = 'default';

/** A connection: the broker answers one request after the other. */
interface Lane {
  busy: boolean;
  closed: boolean;
  readonly waiting: (() => void)[];
  readonly rejects: Set<(error: Error) => void>;
}

/** A Kafka client whose requests go to the simulated group coordinator, as the bytes that would be on the wire. */
export class SimClient implements KafkaClient {
  readonly clientId: string;
  readonly props = {};
  readonly logger: Logger;
  readonly #actor: Actor;
  readonly #network: Network;
  readonly #broker: GroupCoordinator;
  readonly #lanes = new Map<string, Lane>();
  #knowsCoordinator = false;
  #closed = false;

  constructor(actor: Actor, network: Network, broker: GroupCoordinator, logger: Logger) {
    this.clientId = actor.name;
    this.#actor = actor;
    this.#network = network;
    this.#broker = broker;
    this.logger = logger;
  }

  async coordinator(): Promise<number> {
    if (!this.#knowsCoordinator) {
      await this.#call<null>(DEFAULT_LANE, REQUEST_TIMEOUT_MS, (answer) => {
        answer(null);
      });
      this.#knowsCoordinator = true;
    }
    return 0;
  }

  forgetCoordinator(): void {
    this.#knowsCoordinator = false;
  }

  async send<R>(_node: number, request: WireRequest<R>): Promise<R> {
    const encoded = request.encode();
    const bytes = Buffer.from(Buffer.isBuffer(encoded) ? encoded : Buffer.concat(encoded));
    const timeoutMs = request.timeoutMs ?? REQUEST_TIMEOUT_MS;
    const payload = await this.#call<Buffer>(request.lane ?? DEFAULT_LANE, timeoutMs, (answer) => {
      this.#serve(request.apiKey, bytes, answer);
    });
    return request.decode(payload);
  }

  closeLane(name: string): void {
    const lane = this.#lanes.get(name);
    this.#lanes.delete(name);
    if (lane !== undefined) {
      this.#closeLane(lane, new KafkaError('The connection was closed', { retriable: true }));
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) {
      this.#closeLane(lane, new KafkaError('The Kafka client was closed', { retriable: false }));
    }
    return Promise.resolve();
  }

  /** The admin calls of a coordinator. */
  admin(): GroupAdmin {
    return {
      describeGroup: (groupId) =>
        this.#call(DEFAULT_LANE, REQUEST_TIMEOUT_MS, (answer) => {
          answer(this.#broker.describe(groupId));
        }),
      removeStaticMember: (_groupId, instanceId, memberId = '') =>
        this.#call(DEFAULT_LANE, REQUEST_TIMEOUT_MS, (answer) => {
          answer(this.#broker.leave([{ memberId, instanceId }])[0] === 0);
        }),
    };
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  clusterId(): Promise<string> {
    return Promise.resolve('simulated');
  }

  anyBroker(): Promise<number> {
    return Promise.resolve(0);
  }

  metadata(): Promise<never> {
    return notSimulated();
  }

  refreshMetadata(): Promise<never> {
    return notSimulated();
  }

  listTopics(): Promise<never> {
    return notSimulated();
  }

  leader(): Promise<never> {
    return notSimulated();
  }

  separate(): KafkaClient {
    return new SimClient(this.#actor, this.#network, this.#broker, this.logger);
  }

  #serve(apiKey: number, bytes: Buffer, answer: (payload: Buffer) => void): void {
    switch (apiKey) {
      case wire.ApiKey.JOIN_GROUP:
        this.#broker.join(wire.readJoin(bytes), this.clientId, (joined) => {
          answer(wire.writeJoinAnswer(joined));
        });
        return;
      case wire.ApiKey.SYNC_GROUP:
        this.#broker.sync(wire.readSync(bytes), (error, assignment) => {
          answer(wire.writeSyncAnswer(error, assignment));
        });
        return;
      case wire.ApiKey.HEARTBEAT:
        answer(wire.writeHeartbeatAnswer(this.#broker.heartbeat(wire.readHeartbeat(bytes))));
        return;
      case wire.ApiKey.LEAVE_GROUP:
        answer(wire.writeLeaveAnswer(this.#broker.leave(wire.readLeave(bytes))));
        return;
      default:
        throw new Error(`A request with API key ${apiKey} is not simulated`);
    }
  }

  #call<T>(name: string, timeoutMs: number, serve: (answer: (value: T) => void) => void): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new KafkaError('The Kafka client is closed', { retriable: false }));
    }
    const lane = this.#lane(name);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        lane.rejects.delete(fail);
        // A connection with an unanswered request is of no more use.
        if (this.#lanes.get(name) === lane) {
          this.#lanes.delete(name);
        }
        lane.closed = true;
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      lane.rejects.add(fail);
      const call = this.#network.call<T>(this.#actor, timeoutMs, (answer) => {
        this.#inOrder(lane, () => {
          serve((value) => {
            answer(value);
            this.#next(lane);
          });
        });
      });
      call.then((value) => {
        lane.rejects.delete(fail);
        resolve(value);
      }, fail);
    });
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { busy: false, closed: false, waiting: [], rejects: new Set() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #inOrder(lane: Lane, serve: () => void): void {
    if (lane.busy) {
      lane.waiting.push(serve);
    } else {
      lane.busy = true;
      serve();
    }
  }

  #next(lane: Lane): void {
    lane.busy = false;
    const serve = lane.waiting.shift();
    // What the broker has not read from a connection when it is closed, it never sees.
    if (serve !== undefined && !lane.closed) {
      lane.busy = true;
      serve();
    }
  }

  #closeLane(lane: Lane, error: Error): void {
    lane.closed = true;
    for (const reject of [...lane.rejects]) {
      reject(error);
    }
  }
}

function notSimulated(): Promise<never> {
  return Promise.reject(new Error('Topics are not simulated'));
}
