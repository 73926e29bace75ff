import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Login } from './login.ts'
import { openSocket } from './open-socket.ts'

/** Milliseconds that one is kept without a request: less than any server keeps it, so that none is used that is about to be closed. */
const kept = 2_000
/** Milliseconds that a connection may take. */
const patience = 30_000

type Opened = (error: Error | null, socket: Duplex) => void

/** Connections to one service, each judged before anything is sent over it. An idle one keeps no process from ending. */
export class Connections extends Agent {
  private readonly login: Login

  constructor(login: Login) {
    super({ keepAlive: true, timeout: kept })
    this.login = login
  }

  override createConnection(_options: object, opened?: Opened): undefined {
    openSocket(this.login, patience).then(
      (socket) => opened?.(null, socket),
      (error: Error) => opened?.(error, undefined as unknown as Duplex),
    )
  }
}
