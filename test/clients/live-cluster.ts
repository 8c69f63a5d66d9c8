import { Cluster, startKafka, type AppProcess, type Kafka } from '@millrace/testing';

/** A gateway and a worker, as clients meet them. */
export class LiveCluster {
  readonly cluster: Cluster;
  readonly gateway: AppProcess;
  readonly #kafka: Kafka;

  constructor(cluster: Cluster, gateway: AppProcess, kafka: Kafka) {
    this.cluster = cluster;
    this.gateway = gateway;
    this.#kafka = kafka;
  }

  static async start(): Promise<LiveCluster> {
    const kafka = await startKafka();
    const cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    const gateway = await cluster.start('gateway');
    const worker = await cluster.start('worker');
    await Promise.all([gateway.ready(), worker.ready()]);
    return new LiveCluster(cluster, gateway, kafka);
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await this.#kafka.stop();
  }
}
