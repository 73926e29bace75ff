import { hardwareVersions } from './hardware-versions.ts'

type Document = Readonly<Record<string, unknown>>

const day = 86_400_000

const iso = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** From a day before `now` for thirty days, of TCB evaluation 20. */
function dates(now: Date): Document {
  return {
    issueDate: iso(new Date(now.getTime() - day)),
    nextUpdate: iso(new Date(now.getTime() + 29 * day)),
    tcbEvaluationDataNumber: 20,
  }
}

/** TCB info of version 3 in which the machine of `createHardware` is up to date, and one below it out of date. */
export function tcbInfoOf(tee: 'sgx' | 'tdx', now: Date): Document {
  return {
    id: tee.toUpperCase(),
    version: 3,
    ...dates(now),
    fmspc: '00806F050000',
    pceId: '0000',
    tcbType: 0,
    ...(tee === 'tdx' ? tdxModules() : {}),
    tcbLevels: [
      { tcb: tcb(tee, hardwareVersions.components, 13), tcbDate: '2026-02-11T00:00:00Z', tcbStatus: 'UpToDate' },
      {
        tcb: tcb(
          tee,
          hardwareVersions.components.map((svn) => Math.max(0, svn - 1)),
          11,
        ),
        tcbDate: '2024-03-13T00:00:00Z',
        tcbStatus: 'OutOfDate',
        advisoryIDs: ['INTEL-SA-00960', 'INTEL-SA-00982'],
      },
    ],
  }
}

/** What a level demands. Of a TDX module from version 1 on, components 0 and 1 are not demanded here. */
function tcb(tee: 'sgx' | 'tdx', components: readonly number[], pcesvn: number): Document {
  const list = (svns: readonly number[]): readonly Document[] => svns.map((svn) => ({ svn }))
  const tdx = [9, 1, components[0] === 4 ? 3 : 2, ...Array.from({ length: 13 }, () => 0)]
  return { sgxtcbcomponents: list(components), pcesvn, ...(tee === 'tdx' ? { tdxtcbcomponents: list(tdx) } : {}) }
}

function tdxModules(): Document {
  const signer = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }
  const levels = [
    { tcb: { isvsvn: 5 }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus: 'UpToDate' },
    { tcb: { isvsvn: 2 }, tcbDate: '2023-08-09T00:00:00Z', tcbStatus: 'OutOfDate', advisoryIDs: ['INTEL-SA-01036'] },
  ]
  return { tdxModule: signer, tdxModuleIdentities: [{ id: 'TDX_01', ...signer, tcbLevels: levels }] }
}

/** The identity of the quoting enclave of `createHardware`. */
export function qeIdentityOf(tee: 'sgx' | 'tdx', now: Date): Document {
  const [id, mrsigner, isvprodid] =
    tee === 'sgx'
      ? ['QE', '8C4F5775D796503E96137F77C68A829A0056AC8DED70140B081B094490C57BFF', 1]
      : ['TD_QE', 'DC9E2A7C6F948F17474E34A7FC43ED030F7C1563F1BABDDF6340C82E0E54A8C5', 2]
  return {
    id,
    version: 2,
    ...dates(now),
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: `11${'00'.repeat(15)}`,
    attributesMask: `FB${'FF'.repeat(7)}${'00'.repeat(8)}`,
    mrsigner,
    isvprodid,
    tcbLevels: [
      { tcb: { isvsvn: 8 }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus: 'UpToDate' },
      { tcb: { isvsvn: 5 }, tcbDate: '2021-11-10T00:00:00Z', tcbStatus: 'OutOfDate', advisoryIDs: ['INTEL-SA-00615'] },
    ],
  }
}
