/** What a trust domain's report says (Intel TDX DCAP Quoting Library API, A.3.2: TD report 1.0, 584 bytes, and 1.5, 648 bytes). */
export interface TdReport {
  readonly tee: 'tdx'
  /** 16 bytes. Byte 1 is the version of the TDX module, byte 0 its minor security version. */
  readonly teeTcbSvn: Uint8Array
  readonly mrseam: Uint8Array
  readonly mrsignerseam: Uint8Array
  /** 8 bytes. */
  readonly seamAttributes: Uint8Array
  /** 8 bytes. */
  readonly tdAttributes: Uint8Array
  /** 8 bytes. */
  readonly xfam: Uint8Array
  /** What the trust domain was built from. This and all registers: SHA-384, 48 bytes. */
  readonly mrtd: Uint8Array
  readonly mrconfigid: Uint8Array
  readonly mrowner: Uint8Array
  readonly mrownerconfig: Uint8Array
  readonly rtmrs: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  /** TUD.DEBUG: whoever runs the machine can read its memory. */
  readonly debug: boolean
  /** REPORTDATA, 64 bytes. */
  readonly reportData: Uint8Array
  /** From 1.5 on: the version that the platform runs now, which may be above the one that the domain was launched with. */
  readonly teeTcbSvn2: Uint8Array | undefined
  /** From 1.5 on: of the service domain that may migrate this one; zero if there is none. */
  readonly mrservicetd: Uint8Array | undefined
}

/** Reads a report of 584 bytes (1.0), 648 (1.5) or 885 (1.5 with the history of a migration, which is left out). */
export function readTdReport(bytes: Uint8Array): TdReport {
  const register = (offset: number): Uint8Array => bytes.subarray(offset, offset + 48)
  const later = bytes.length >= 648
  return {
    tee: 'tdx',
    teeTcbSvn: bytes.subarray(0, 16),
    mrseam: register(16),
    mrsignerseam: register(64),
    seamAttributes: bytes.subarray(112, 120),
    tdAttributes: bytes.subarray(120, 128),
    xfam: bytes.subarray(128, 136),
    mrtd: register(136),
    mrconfigid: register(184),
    mrowner: register(232),
    mrownerconfig: register(280),
    rtmrs: [register(328), register(376), register(424), register(472)],
    debug: ((bytes[120] ?? 0) & 0x01) !== 0,
    reportData: bytes.subarray(520, 584),
    teeTcbSvn2: later ? bytes.subarray(584, 600) : undefined,
    mrservicetd: later ? register(600) : undefined,
  }
}
