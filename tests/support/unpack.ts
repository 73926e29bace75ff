import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import { checkImage } from '@mse/core/package/image/check-image'
import { unpackImage } from '@mse/core/package/image/unpack-image'

/** Makes of a package's layout the folder that lies at /opt/mse of its image, for tests that change single files of it. */
export async function unpack(layout: string, folder: string): Promise<void> {
  await unpackImage(await checkImage(await openImage(folderLayout(layout))), folder)
}
