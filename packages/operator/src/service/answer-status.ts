/** Error code or family → HTTP status, an exact code first. What is not listed went wrong here, for a reason that the code names. */
const statuses: Readonly<Record<string, number>> = {
  'operator/unauthorised': 401,
  'operator/forbidden': 403,
  'operator/no-name': 403,
  'operator/quota': 403,
  'operator/no-route': 404,
  'operator/no-launch': 404,
  'operator/no-owner': 404,
  'state/no-such-app': 404,
  'serve/no-log': 404,
  'operator/no-blob': 409,
  'operator/offset': 409,
  'operator/other-app': 409,
  'state/busy': 409,
  'state/other-owner': 409,
  'state/nothing-kept': 409,
  'state/expired': 409,
  'operator/oversized': 413,
  'operator/too-many': 429,
  'operator/busy': 429,
  'operator/digest': 422,
  'image/*': 422,
  'package/*': 422,
  'operator/malformed': 400,
  'launch/expires': 400,
  'launch/malformed': 400,
  'operator/ports': 503,
  'environment/*': 503,
}

export function answerStatus(code: string): number {
  return statuses[code] ?? statuses[`${code.split('/')[0]}/*`] ?? 500
}
