export class NotASource {
  poll() {
    return null;
  }
}

export class LooksLikeASource {
  config() {}

  start() {}

  taskConfigs() {}

  stop() {}

  validate() {}

  createTask() {}
}

export class Moody {
  constructor() {
    throw new Error('not in the mood');
  }
}
