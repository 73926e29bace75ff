import { createHash } from 'node:crypto'
import { PAGE } from './loader.ts'

const RECORD = 64
const CHUNK = 256
/** EADD, then sixteen times EEXTEND with its chunk. */
const PAGE_RECORDS = RECORD + (PAGE / CHUNK) * (RECORD + CHUNK)
/** Hashing a record by itself costs more in calls than in hashing. */
const MEASURED_BATCH = 64
const FREE_BATCH = 4096
const FRAME_PAGES = 4
const HIGH = 2 ** 32

/**
 * MRENCLAVE in the making: SHA-256 over a record for each step that builds an enclave (Intel SDM vol. 3D, operation of ECREATE,
 * EADD and EEXTEND). Records are collected and hashed by the thousand.
 */
export class Measurement {
  readonly #hash = createHash('sha256')
  readonly #measured = new Batch(PAGE_RECORDS, MEASURED_BATCH)
  readonly #free = new Batch(RECORD, FREE_BATCH)

  /** @param size bytes of the enclave */
  constructor(size: number) {
    const create = Buffer.alloc(RECORD)
    create.write('ECREATE')
    create.writeUInt32LE(FRAME_PAGES, 8)
    create.writeBigUInt64LE(BigInt(size), 12)
    this.#hash.update(create)
    for (let page = 0; page < MEASURED_BATCH; page += 1) this.#prepare(page * PAGE_RECORDS)
    for (let page = 0; page < FREE_BATCH; page += 1) this.#free.bytes.write('EADD', page * RECORD)
  }

  /**
   * One page with its content.
   *
   * @param content 4096 bytes; a page of zeros if undefined
   */
  addPage(address: number, flags: number, content: Buffer | undefined): void {
    const { bytes, view, position } = this.#measured
    writeAdd(view, position, address, flags)
    for (let chunk = 0; chunk < PAGE / CHUNK; chunk += 1) {
      const at = position + RECORD + chunk * (RECORD + CHUNK)
      writeAddress(view, at + 8, address + chunk * CHUNK)
      if (content === undefined) bytes.fill(0, at + RECORD, at + RECORD + CHUNK)
      else content.copy(bytes, at + RECORD, chunk * CHUNK, (chunk + 1) * CHUNK)
    }
    this.#measured.advance(this.#hash)
  }

  /** Pages whose content does not count. */
  addFreePages(address: number, size: number, flags: number): void {
    this.#measured.flush(this.#hash)
    const { view } = this.#free
    const end = address + size
    for (let page = 0; page < FREE_BATCH; page += 1) view.setUint32(page * RECORD + 16, flags, true)
    // Millions of pages: of each record only the address is written.
    for (let page = address; page < end;) {
      const last = Math.min(end, page + FREE_BATCH * PAGE)
      let at = 8
      for (; page < last; page += PAGE, at += RECORD) writeAddress(view, at, page)
      this.#hash.update(this.#free.bytes.subarray(0, at - 8))
    }
  }

  /** 32 bytes; nothing can be added afterwards. */
  finish(): Buffer {
    this.#measured.flush(this.#hash)
    return this.#hash.digest()
  }

  #prepare(at: number): void {
    this.#measured.bytes.write('EADD', at)
    for (let chunk = 0; chunk < PAGE / CHUNK; chunk += 1) {
      this.#measured.bytes.write('EEXTEND', at + RECORD + chunk * (RECORD + CHUNK))
    }
  }
}

class Batch {
  readonly bytes: Buffer
  readonly view: DataView
  position = 0
  readonly #step: number

  constructor(step: number, count: number) {
    this.bytes = Buffer.alloc(step * count)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
    this.#step = step
  }

  advance(hash: Hash): void {
    this.position += this.#step
    if (this.position === this.bytes.length) this.flush(hash)
  }

  flush(hash: Hash): void {
    hash.update(this.bytes.subarray(0, this.position))
    this.position = 0
  }
}

type Hash = ReturnType<typeof createHash>

function writeAdd(view: DataView, at: number, address: number, flags: number): void {
  writeAddress(view, at + 8, address)
  view.setUint32(at + 16, flags, true)
}

function writeAddress(view: DataView, at: number, address: number): void {
  view.setUint32(at, address % HIGH, true)
  view.setUint32(at + 4, address / HIGH, true)
}
