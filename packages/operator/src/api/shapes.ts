import { platformNames } from '@mse/core/platform/platform'
import * as v from 'valibot'

/** What travels between an operator service and its clients (spec/8-operator-api.md). Both sides check what the other one says. */

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const time = v.pipe(v.string(), v.isoTimestamp())
const hex = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${length}}$`)))

/** Name of an application, as in `mse.toml`. */
export const appName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.regex(/^\P{Cc}+$/u),
)
export const digest: v.GenericSchema<string> = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/))
export const instance: v.GenericSchema<string> = hex(32)
/** It is the name of a folder, too. */
export const ownerName: v.GenericSchema<string> = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/))
const certificateName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9*.:_-]{1,253}$/))

export const quota = v.strictObject({
  /** Applications at once. */
  applications: count,
  /** Bytes of `hardware` of all of them. */
  memory: bytes,
  /** Bytes: `storage` of all applications, their packages, and uploads. */
  storage: bytes,
})
export type Quota = v.InferOutput<typeof quota>

export const about = v.object({
  schema: v.literal('mse-operator/1'),
  version: text(64),
  /** Platforms that it launches. */
  platforms: v.array(v.picklist(platformNames)),
  /** Under which name applications are reached; null: that of the service. */
  host: v.nullable(text(253)),
})
export type About = v.InferOutput<typeof about>

export const whoami = v.object({
  owner: ownerName,
  role: v.picklist(['view', 'deploy', 'admin']),
  token: text(64),
  expires: v.nullable(time),
  quota,
  used: quota,
  /** What the names of the owner's applications end with; null: there are none, and each application has a port. */
  domain: v.nullable(text(253)),
})
export type WhoAmI = v.InferOutput<typeof whoami>

const failure = v.object({
  code: text(100),
  message: text(2000),
  expected: v.exactOptional(text(2000)),
  found: v.exactOptional(text(2000)),
  next: v.exactOptional(text(2000)),
})
export type Refusal = v.InferOutput<typeof failure>

export const refusal = v.object({ error: failure })

const share = v.object({ used: v.number(), limit: v.number() })

export const appView = v.object({
  name: appName,
  state: v.picklist(['launched', 'waiting', 'configured', 'starting', 'running', 'failed', 'stopped', 'expired']),
  /** Where it answers, with `port`; null: where the service does. */
  host: v.nullable(text(253)),
  /** Of its certificate. */
  names: v.array(certificateName),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  platform: v.picklist(platformNames),
  fingerprint: hex(64),
  instance,
  healthcheck: text(255),
  created: time,
  expires: v.nullable(time),
  /** When the enclave was asked; in a list up to a minute ago. */
  asked: time,
  /** Digest of the image that it was started from. */
  image: v.nullable(digest),
  metrics: v.nullable(
    v.object({
      memory: share,
      storage: share,
      cpu: v.number(),
      requests: v.nullable(v.number()),
      restarts: v.number(),
      uptime: v.number(),
    }),
  ),
  failure: v.nullable(failure),
  failedDeployment: v.nullable(failure),
  /** Instance of a launch that was accepted and is to take its place. */
  successor: v.exactOptional(v.nullable(instance)),
})
export type AppView = v.InferOutput<typeof appView>

/** What its package says of its connections; the word of the service, as all of it. */
const appTls = v.object({
  tls: v.picklist(['enclave', 'request', 'imported']),
  /** Certificate authority of its clients, PEM; null: they need no certificate. */
  client_ca: v.nullable(text(65_536)),
  proxy: v.picklist(['none', 'forwarded']),
})

export const appDetails = v.object({ ...appView.entries, tls: v.nullable(appTls) })
export type AppDetails = v.InferOutput<typeof appDetails>

/** `size` is how many bytes have arrived: where the next part begins. */
export const blobState = v.object({ complete: v.boolean(), size: bytes })
export type BlobState = v.InferOutput<typeof blobState>

export const appList = v.object({ apps: v.array(appView) })

export const launchRequest = v.strictObject({
  /** Digest of the manifest of a package's image, all of whose blobs were uploaded. */
  image: digest,
  platform: v.picklist(platformNames),
  /** For the certificate; empty: the name of the service. */
  names: v.pipe(v.array(certificateName), v.maxLength(16), v.readonly()),
  expires: v.nullable(time),
})
export type LaunchRequest = v.InferOutput<typeof launchRequest>

export const launchView = v.object({
  instance,
  /** Where it answers now, of the host of the service. */
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  /** The name to ask for there (SNI); null: any. */
  serverName: v.nullable(text(253)),
  /** What it will be when it is settled, or is. */
  app: appView,
})
export type LaunchView = v.InferOutput<typeof launchView>

export const launchState = v.object({ alive: v.boolean(), failure: v.nullable(failure) })

export const abandonRequest = v.strictObject({ reason: v.nullable(failure) })

/** When the certificate that is to come ends. */
export const renewalRequest = v.strictObject({ until: time })

/** What is to be changed of an application that stays the one that it is. */
export const changeRequest = v.strictObject({ expires: v.nullable(time) })

export const stopped = v.object({ name: appName, wasRunning: v.boolean(), removed: v.boolean() })
export type Stopped = v.InferOutput<typeof stopped>

export const restarted = v.object({ state: v.picklist(['waiting', 'running']), app: appView })

export const ownerList = v.object({
  owners: v.array(v.object({ owner: ownerName, used: quota })),
})
