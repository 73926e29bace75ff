import type { Area } from './layout.ts'
import { layOut } from './layout.ts'
import { PAGE, roundDown, roundUp, type Loader, type Segment } from './loader.ts'
import { Measurement } from './measurement.ts'
import type { EnclaveSettings } from './enclave-settings.ts'
import { threadPages } from './thread-pages.ts'

export interface MeasuredEnclave {
  /** MRENCLAVE, 32 bytes. */
  readonly mrenclave: Buffer
  /** In the order in which they were measured. */
  readonly areas: readonly Area[]
}

/**
 * Computes MRENCLAVE of an enclave that Gramine builds, from bytes alone (spec/7-sgx.md, "Measurement").
 *
 * @param manifest the bytes of `.manifest.sgx`
 * @throws MseError `enclave/size`
 */
export function measureEnclave(manifest: Uint8Array, settings: EnclaveSettings, loader: Loader): MeasuredEnclave {
  // In memory the manifest ends with a NUL.
  const ended = Buffer.concat([manifest, Buffer.alloc(1)])
  const areas = layOut(settings, ended.length, loader)
  const contents = { manifest: ended, ...threadPages(areas, loader, settings.size, ended.length) }
  const measurement = new Measurement(settings.size)
  for (const area of areas) {
    if (area.name === 'free') measurement.addFreePages(area.address, area.size, area.flags)
    else if (area.name === 'pal') addLoader(measurement, area, loader)
    else addArea(measurement, area, area.name in contents ? contents[area.name as keyof typeof contents] : undefined)
  }
  return { mrenclave: measurement.finish(), areas }
}

function addArea(measurement: Measurement, area: Area, content: Buffer | undefined): void {
  for (let offset = 0; offset < area.size; offset += PAGE) {
    measurement.addPage(area.address + offset, area.flags, content && wholePage(content, offset))
  }
}

function wholePage(content: Buffer, offset: number): Buffer {
  const page = content.subarray(offset, offset + PAGE)
  return page.length === PAGE ? page : Buffer.concat([page], PAGE)
}

function addLoader(measurement: Measurement, area: Area, loader: Loader): void {
  for (const segment of loader.segments) {
    const address = area.address - loader.low + segment.address
    const [start, end] = [roundDown(address), roundUp(address + segment.memorySize)]
    for (let page = start; page < end; page += PAGE) {
      measurement.addPage(page, area.flags | segment.permissions, segmentPage(loader.bytes, segment, page - start))
    }
  }
}

/** A page of a segment: of the file's page only what belongs to the segment, the rest zero. */
function segmentPage(file: Buffer, { offset, fileSize }: Segment, page: number): Buffer | undefined {
  const window = roundDown(offset) + page
  const [from, to] = [Math.max(window, offset), Math.min(window + PAGE, offset + fileSize)]
  if (from >= to) return undefined
  const content = Buffer.alloc(PAGE)
  file.copy(content, from - window, from, to)
  return content
}
