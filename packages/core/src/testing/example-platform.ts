import type { Failure, Measurement, Platform, Running } from '../platform/platform.ts'

/** What a platform was asked to do, in order. */
export type Asked = (string | Failure)[]

/** An enclave that lives as long as it is said to, and writes down what it is asked. */
export function exampleRunning(asked: Asked, alive = true, kept = false): Running {
  return {
    begin: async () => void asked.push('begin'),
    detach: async () => void asked.push('detach'),
    takeOver: async () => void asked.push('take over'),
    isKept: async () => kept,
    metrics: async () => undefined,
    expireAt: async (when) => void asked.push(`expire at ${when?.toISOString() ?? 'no time'}`),
    certifyUntil: async (when) => void asked.push(`certify until ${when.toISOString()}`),
    retire: async () => void asked.push('retire'),
    halt: async () => void asked.push('halt'),
    isAlive: async () => alive,
    serves: async () => undefined,
    failure: async () => undefined,
    stop: async (reason) => void asked.push('stop', ...(reason === undefined ? [] : [reason])),
  }
}

/** A platform that starts nothing. */
export function examplePlatform(policy: Measurement, running: Running, asked: Asked = []): Platform {
  return {
    name: 'software',
    title: 'software enclave',
    requireReady: async () => undefined,
    admit: async () => undefined,
    measure: async () => policy,
    launch: async () => {
      asked.push('launch')
      return running
    },
    relaunch: async () => {
      asked.push('relaunch')
      return running
    },
    usage: async () => undefined,
    attach: () => running,
  }
}
