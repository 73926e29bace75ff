import type { App } from '../state/app.ts'

/** The record of an application that was deployed on this machine. */
export function exampleApp(change: Partial<App> = {}): App {
  return {
    schema: 'mse-app/1',
    name: 'hello',
    platform: 'software',
    address: '127.0.0.1',
    port: 8443,
    names: ['localhost'],
    instance: '0'.repeat(32),
    fingerprint: 'ab'.repeat(32),
    healthcheck: '/health',
    created: '2026-06-15T12:00:00.000Z',
    expires: null,
    delivered: null,
    ...change,
  }
}
