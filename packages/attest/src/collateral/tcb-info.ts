import { FormatError } from '../error.ts'
import { Members } from '../json/members.ts'
import { levelStatuses, type LevelStatus } from '../tcb/status.ts'
import { demandDistinct, readLevelFacts, readSvnLevels, type LevelFacts, type SvnLevel } from './svn-level.ts'

/** What Intel says about all platforms of one FMSPC (Intel PCS API, versions 3 and 4, "TCB info"). */
export interface TcbInfo {
  readonly version: 2 | 3
  readonly tee: 'sgx' | 'tdx'
  readonly issueDate: Date
  readonly nextUpdate: Date
  /** 12 lower-case hex digits. */
  readonly fmspc: string
  /** 4 lower-case hex digits. */
  readonly pceId: string
  readonly evaluationNumber: number
  /** Highest first. */
  readonly levels: readonly TcbLevel[]
  /** Of a TDX module of version 0; none of SGX. */
  readonly module: ModuleSigner | undefined
  /** Of TDX modules of later versions. */
  readonly modules: readonly ModuleIdentity[]
}

export interface TcbLevel extends LevelFacts<LevelStatus> {
  /** 16. */
  readonly components: readonly number[]
  readonly pceSvn: number
  /** 16 for TDX, else none. */
  readonly tdxComponents: readonly number[]
}

/** Who signs a TDX module; lower-case hex of 48, 8 and 8 bytes. */
export interface ModuleSigner {
  readonly mrsigner: string
  readonly attributes: string
  readonly attributesMask: string
}

export interface ModuleIdentity extends ModuleSigner {
  /** `TDX_` and the version in two upper-case hex digits. */
  readonly id: string
  /** Highest first. */
  readonly levels: readonly SvnLevel[]
}

const evaluationNumbers = 0xffff_ffff

/**
 * Reads TCB info. Version 2 is what the PCS API of version 3 handed out, for SGX alone.
 *
 * @param value the signed member, parsed
 * @throws FormatError
 */
export function readTcbInfo(value: unknown): TcbInfo {
  const info = new Members(value, 'TCB info')
  const version = info.integer('version', evaluationNumbers)
  if (version !== 2 && version !== 3) throw new FormatError(`TCB info of version ${version}`, 'version')
  if (info.integer('tcbType', evaluationNumbers) !== 0) throw new FormatError('levels of another type than 0', 'type')
  const tee = version === 2 ? 'sgx' : tees[info.word('id', ['SGX', 'TDX'])]
  const levels = info.objects('tcbLevels').map((level) => readLevel(level, version, tee))
  demandDistinct(levels.map((level) => numbers(level).join()))
  return {
    version,
    tee,
    issueDate: info.date('issueDate'),
    nextUpdate: info.date('nextUpdate'),
    fmspc: info.hex('fmspc', 12),
    pceId: info.hex('pceId', 4),
    evaluationNumber: info.integer('tcbEvaluationDataNumber', evaluationNumbers),
    levels: levels.sort(highestFirst),
    ...(tee === 'tdx' ? readModules(info) : withoutModules(info)),
  }
}

const tees = { SGX: 'sgx', TDX: 'tdx' } as const

function readLevel(level: Members, version: 2 | 3, tee: 'sgx' | 'tdx'): TcbLevel {
  const tcb = level.object('tcb')
  return {
    components: version === 2 ? readNamedComponents(tcb) : readComponents(tcb, 'sgxtcbcomponents'),
    pceSvn: tcb.integer('pcesvn', 65_535),
    tdxComponents: tee === 'tdx' ? readComponents(tcb, 'tdxtcbcomponents') : [],
    ...readLevelFacts(level, levelStatuses),
  }
}

function readComponents(tcb: Members, name: string): readonly number[] {
  const components = tcb.objects(name).map((component) => component.integer('svn', 255))
  if (components.length !== 16) throw new FormatError(`"${name}" has ${components.length} components in place of 16`)
  return components
}

/** `sgxtcbcomp01svn` to `sgxtcbcomp16svn`. */
function readNamedComponents(tcb: Members): readonly number[] {
  return Array.from({ length: 16 }, (_, index) => {
    return tcb.integer(`sgxtcbcomp${String(index + 1).padStart(2, '0')}svn`, 255)
  })
}

function readSigner(module: Members): ModuleSigner {
  return {
    mrsigner: module.hex('mrsigner', 96),
    attributes: module.hex('attributes', 16),
    attributesMask: module.hex('attributesMask', 16),
  }
}

type Modules = Pick<TcbInfo, 'module' | 'modules'>

/** As Intel's library demands: the first always, the others where there are any. */
function readModules(info: Members): Modules {
  const module = readSigner(info.object('tdxModule'))
  if (!info.has('tdxModuleIdentities')) return { module, modules: [] }
  const modules = info.objects('tdxModuleIdentities').map((identity) => ({
    id: identity.text('id').toUpperCase(),
    ...readSigner(identity),
    levels: readSvnLevels(identity),
  }))
  if (modules.length === 0) throw new FormatError('no TDX modules')
  if (new Set(modules.map(({ id }) => id)).size !== modules.length)
    throw new FormatError('two TDX modules of one version', 'repeated')
  return { module, modules }
}

function withoutModules(info: Members): Modules {
  if (info.has('tdxModule') || info.has('tdxModuleIdentities')) throw new FormatError('SGX with a TDX module')
  return { module: undefined, modules: [] }
}

/** The numbers of a level in the order in which levels are sorted. Only sorting looks at them one after the other. */
function numbers({ components, pceSvn, tdxComponents }: TcbLevel): readonly number[] {
  return [...components, pceSvn, ...tdxComponents]
}

function highestFirst(a: TcbLevel, b: TcbLevel): number {
  const [first, second] = [numbers(a), numbers(b)]
  const at = first.findIndex((number, index) => number !== second[index])
  return (second[at] ?? 0) - (first[at] ?? 0)
}
