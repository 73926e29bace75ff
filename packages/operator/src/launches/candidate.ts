import { MseError } from '@mse/core/error'
import type { Failure } from '@mse/core/platform/platform'
import type { AppOnDisk } from '@mse/core/state/app'

/** A launch that was started and that its owner has not decided on. */
export interface Started extends AppOnDisk {
  /** Where it answers until it is settled. */
  readonly port: number
}

type Decision = 'settle' | MseError

/** The two moments of a launch that other requests wait for: it has started, and it has been decided on. */
export class Candidate {
  readonly started: Promise<Started>
  readonly ended: Promise<AppOnDisk>
  private decide: (decision: Decision) => void = () => undefined
  private timer: NodeJS.Timeout | undefined
  private readonly patience: number

  /**
   * @param launch calls `begun` once the launch answers, and goes by what that returns: it returns for `settle`, and throws what was
   *   decided otherwise
   * @param patience milliseconds that the owner has, again each time they ask
   */
  constructor(launch: (begun: (started: Started) => Promise<void>) => Promise<AppOnDisk>, patience: number) {
    this.patience = patience
    let begin: (started: Started) => void = () => undefined
    const decided = new Promise<Decision>((resolve) => (this.decide = resolve))
    const begun = new Promise<Started>((resolve) => (begin = resolve))
    this.ended = launch(async (started) => {
      begin(started)
      this.renew()
      const decision = await decided.finally(() => clearTimeout(this.timer))
      if (decision !== 'settle') throw decision
    })
    // Whoever waits for it gets the failure; nobody has to.
    this.ended.catch(() => undefined)
    this.started = Promise.race([begun, this.ended.then(() => begun)])
    this.started.catch(() => undefined)
  }

  /** The owner is still there. */
  renew(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.decide(tooLate(this.patience)), this.patience)
  }

  /** @throws what makes the launch fail meanwhile */
  async settle(): Promise<AppOnDisk> {
    this.decide('settle')
    return this.ended
  }

  /** Ends it, and waits until it is gone. */
  async abandon(reason: Failure | undefined): Promise<void> {
    const { code, message, ...more } = reason ?? given
    this.decide(new MseError(code, message, more))
    await this.ended.catch(() => undefined)
  }
}

const given: Failure = { code: 'operator/abandoned', message: 'the owner has given the launch up' }

function tooLate(patience: number): MseError {
  return new MseError('operator/abandoned', 'the owner has not decided on the launch in time', {
    expected: `within ${patience / 1000} s`,
    next: 'mse deploy again',
  })
}
