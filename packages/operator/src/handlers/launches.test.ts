import { describe, expect, it } from 'vitest'
import { digestOf } from '../testing/digest-of.ts'
import { impatientService } from '../testing/impatient-service.ts'

const at = impatientService()

describe.each(['launches', 'spawn'])('what is to be started, asked for at /%s,', (path) => {
  const launch = (body: object, name = 'app'): ReturnType<typeof at.service.ask> =>
    at.service.ask('POST', `/v1/apps/${name}/${path}`, { token: at.ada, body: JSON.stringify(body) })
  const request = { image: digestOf(Buffer.from('x')), platform: 'software', names: [], expires: null }

  it('of an image that was never uploaded is refused, and nothing is on record of it', async () => {
    expect(await launch(request)).toMatchObject({ status: 409, code: 'operator/no-blob' })
    expect((await at.service.ask('GET', '/v1/apps', { token: at.ada })).json).toEqual({ apps: [] })
  })

  it('of a blob that is no image is refused', async () => {
    const bytes = Buffer.from('{"not":"a manifest"}')
    const headers = { 'Upload-Offset': '0', 'Upload-Length': String(bytes.length) }
    await at.service.ask('PATCH', `/v1/blobs/${digestOf(bytes)}`, { token: at.ada, body: bytes, headers })
    expect(await launch({ ...request, image: digestOf(bytes) })).toMatchObject({ status: 422, code: 'image/layout' })
  })

  it.each(['container', 'gramine-direct'])('of the kind %s, which it does not offer, is refused', async (platform) => {
    expect(await launch({ ...request, platform })).toMatchObject({ code: 'operator/platform' })
  })

  it.each([
    ['a member that nobody knows', { ...request, environment: { LD_PRELOAD: '/tmp/x' } }],
    ['an address to listen on', { ...request, address: '0.0.0.0' }],
    ['no image', { ...request, image: undefined }],
    ['a name that is none', { ...request, names: ['a b'] }],
    ['17 names', { ...request, names: Array.from({ length: 17 }, () => 'a') }],
  ])('with %s is refused', async (_name, body) => {
    expect(await launch(body)).toMatchObject({ status: 400, code: 'operator/malformed' })
  })

  it('that is over before it begins is refused', async () => {
    expect(await launch({ ...request, expires: '2020-01-01T00:00:00.000Z' })).toMatchObject({ code: 'launch/expires' })
  })
})

describe('a launch', () => {
  it('that nobody has begun cannot be settled, renewed or abandoned', async () => {
    const path = `/v1/apps/app/launches/${'0'.repeat(32)}`
    for (const word of ['settle', 'renew']) {
      expect((await at.service.ask('POST', `${path}/${word}`, { token: at.ada })).code).toBe('operator/no-launch')
    }
    const body = JSON.stringify({ reason: null })
    expect((await at.service.ask('POST', `${path}/abandon`, { token: at.ada, body })).code).toBe('operator/no-launch')
  })
})
