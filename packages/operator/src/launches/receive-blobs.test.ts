import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import { writeImage } from '@mse/core/package/image/write-image'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { writePackage } from '../../../core/src/testing/write-package.ts'
import { newLogin } from '../client/login.ts'
import { OperatorClient } from '../client/operator-client.ts'
import { uploadImage } from '../client/upload-image.ts'
import { startService, type ExampleService } from '../testing/example-service.ts'

const home = temporaryFolder()
let service: ExampleService
beforeEach(async () => {
  service = await startService(home())
})
afterEach(() => service.close())

it('a package is launched under no other name than its own: operator/other-app', async () => {
  const at = (name: string): string => join(home(), name)
  mkdirSync(at('package'))
  const artefact = await writePackage(at('package'), { 'launcher/__main__.py': '', 'requirements.lock': '' })
  await writeImage(artefact, at('image'))
  const image = await openImage(folderLayout(at('image')))
  const token = await service.token()
  const login = newLogin({ url: new URL(service.url), token, pin: service.pin, authorities: undefined })
  await uploadImage(new OperatorClient(login, new AbortController().signal), image, () => undefined)

  const body = JSON.stringify({ image: image.digest, platform: 'software', names: [], expires: null })
  const launch = (name: string): ReturnType<typeof service.ask> =>
    service.ask('POST', `/v1/apps/${name}/launches`, { token, body })
  expect(await launch('other')).toMatchObject({ status: 409, code: 'operator/other-app' })
  expect((await service.ask('GET', '/v1/apps', { token })).json).toMatchObject({ apps: [] })
})
