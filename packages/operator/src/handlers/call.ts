import type { IncomingMessage } from 'node:http'
import type { RouteName, routes } from '../api/routes.ts'
import type { Owner } from '../service/owner.ts'
import type { Service } from '../service/service.ts'
import type { TokenRecord } from '../tokens/token.ts'
import type * as v from 'valibot'

type Body<R extends RouteName> = (typeof routes)[R] extends { readonly body: infer B }
  ? B extends v.GenericSchema
    ? v.InferOutput<B>
    : undefined
  : undefined

/** A request whose token, path, query and body have been judged. */
export interface Call<R extends RouteName = RouteName> {
  readonly service: Service
  readonly token: TokenRecord
  /** Whose applications it is about: those of the token, or whom an admin has named. */
  readonly owner: Owner
  readonly name: string
  readonly digest: string
  readonly instance: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly body: Body<R>
  readonly incoming: IncomingMessage
  /** Aborts when the client has gone, or the service ends. */
  readonly signal: AbortSignal
}

/** JSON, or text as it comes; neither: nothing. */
export interface Reply {
  readonly json?: object
  readonly text?: AsyncIterable<string>
}

/** Routes that anybody may ask: nothing is known of who does. */
type PublicRoute = { [R in RouteName]: (typeof routes)[R]['role'] extends undefined ? R : never }[RouteName]

export type Handler<R extends RouteName> = (
  call: R extends PublicRoute ? Pick<Call<R>, 'service'> : Call<R>,
) => Promise<Reply>
