import type { FoundEngine } from '../container/engine/find-engine.ts'
import type { LoaderName } from '../container/loaders/loader.ts'
import type { SgxMachine } from '../container/sgx-machine.ts'
import type { Interpreter } from '../../package/interpreter.ts'

/** What the supervisor of a software enclave is told, as JSON in its folder. */
export interface SupervisorPlan {
  /** Bytes. */
  readonly hardware: number
  readonly storage: number
  readonly instance: string
  /** The value of MSE_LAUNCH. */
  readonly launch: string
  readonly address: string
  readonly port: number
  readonly interpreter: Pick<Interpreter, 'executable' | 'prefix'>
  /** Path of the platform's identity. */
  readonly identity: string
  /** Seconds that an enclave nobody provisions is kept. */
  readonly patience: number
  /** Milliseconds after which a launcher that does not answer is ended, if it waits for its owner; absent: never. */
  readonly answersWithin?: number
  /** Milliseconds since 1970 at which it ends by itself. */
  readonly expires: number | null
  /** Of an enclave that lives in a container. */
  readonly container?: ContainerPlan
}

/** What the supervisor has to know of a container. */
export interface ContainerPlan {
  readonly engine: FoundEngine
  readonly loader: LoaderName
  /** What of the machine's SGX it gets. */
  readonly sgx?: SgxMachine
}
